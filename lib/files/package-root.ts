import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * The folder of the running file: in this package, or the user's bundle when a bundler included this package.
 * Undefined if the runtime gives no path.
 */
export function ownFolder(): string | undefined {
  // A CommonJS bundle has no import.meta.url, despite its type.
  const url = import.meta.url as string | undefined;
  if (url?.startsWith("file:")) return dirname(fileURLToPath(url));
  return typeof __dirname === "string" ? __dirname : undefined;
}

/** The folder and its parents. */
export function* upwards(folder: string): Generator<string> {
  for (let current = folder, above = dirname(folder); ; current = above, above = dirname(above)) {
    yield current;
    if (above === current) return;
  }
}

/**
 * The folder of this package; undefined in a bundle, which has only the code. Searches upwards, since lib/ and the
 * bundle in dist/ have different depths.
 */
export function packageRoot(): string | undefined {
  const own = ownFolder();
  if (own === undefined) return undefined;
  for (const folder of upwards(own)) if (manifestOf(folder)?.name === "ebpf") return folder;
  return undefined;
}

/** The version of this package; undefined in a bundle. */
export function packageVersion(): string | undefined {
  const root = packageRoot();
  return root === undefined ? undefined : manifestOf(root)?.version;
}

function manifestOf(folder: string): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch {
    return undefined;
  }
}
