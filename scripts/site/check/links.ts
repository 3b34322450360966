import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The links of a built site that lead nowhere: to a file or an anchor that it does not have, or out of its base.
 *
 * @param files The HTML files, relative to the folder.
 */
export function deadLinks(folder: string, base: string, files: readonly string[]): string[] {
  const anchors = new Map<string, Set<string>>();
  const anchorsOf = (file: string): Set<string> => {
    const known = anchors.get(file);
    if (known) return known;
    const html = readFileSync(path.join(folder, file), "utf8");
    const found = new Set(Array.from(html.matchAll(/\sid="([^"]*)"/g), ([, id = ""]) => id));
    anchors.set(file, found);
    return found;
  };
  const dead: string[] = [];
  for (const file of files) {
    const html = readFileSync(path.join(folder, file), "utf8");
    for (const [, raw = ""] of html.matchAll(/<(?:a|img|link|script)\b[^>]*?\s(?:href|src)="([^"]*)"/g)) {
      const { origin, pathname, hash } = new URL(raw.replaceAll("&amp;", "&"), `http://site${base}${file}`);
      if (origin !== "http://site") continue;
      const target = decodeURIComponent(pathname.slice(base.length));
      const page = target === "" || target.endsWith("/") ? `${target}index.html` : target;
      const anchor = decodeURIComponent(hash.slice(1));
      if (!pathname.startsWith(base) || !existsSync(path.join(folder, page))) dead.push(`${file}: ${raw}`);
      else if (anchor !== "" && !anchorsOf(page).has(anchor)) dead.push(`${file}: no anchor ${raw}`);
    }
  }
  return [...new Set(dead)];
}

/** The error codes without an explanation in the page of error codes. */
export function codesWithoutAnchor(folder: string, codes: readonly string[]): string[] {
  const html = readFileSync(path.join(folder, "error-codes.html"), "utf8");
  return codes.filter((code) => !html.includes(`id="${code.toLowerCase()}"`));
}
