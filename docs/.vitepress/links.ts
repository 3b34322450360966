import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { MarkdownRenderer } from "vitepress";
import { pageOf, root } from "./pages.ts";

type Token = ReturnType<MarkdownRenderer["parse"]>[number];

/** What the address of files that are no pages begins with: `https://HOST/OWNER/NAME/blob/COMMIT`. */
const repository = process.env.SITE_REPOSITORY;

/**
 * Leads links between files of the repository to the pages of the site. A file without a page is a link to the repository
 * if its address is known, and plain text otherwise. Error codes and public names in code become links too.
 */
export function repositoryLinks(md: MarkdownRenderer): void {
  const names = publicNames();
  md.core.ruler.push("repository-links", ({ tokens, env }) => {
    // The index of the search gives the file as `path`.
    const { path: rewritten, realPath = rewritten } = env as { path: string; realPath?: string };
    const file = path.relative(root, realPath);
    const page = pageOf(file);
    tokens.forEach((token, index) => {
      if (token.type !== "inline" || token.children === null) return;
      leadLinks(token.children, file);
      const isHeading = tokens[index - 1]?.type === "heading_open";
      if (!isHeading && !file.startsWith("docs/reference/")) linkNames(token, page, names);
    });
  });
}

function leadLinks(tokens: readonly Token[], file: string): void {
  for (const [index, token] of tokens.entries()) {
    const href = token.attrGet("href");
    if (token.type !== "link_open" || href === null || /^([a-z]+:|#|\/)/.test(href)) continue;
    const target = addressOf(href, file);
    if (target !== undefined) token.attrSet("href", target);
    else hide(tokens, index);
  }
}

function addressOf(href: string, file: string): string | undefined {
  const [name = "", anchor] = href.split("#");
  const target = path.join(path.dirname(file), decodeURI(name)).replace(/\/$/, "");
  if (!existsSync(path.join(root, target)))
    throw new Error(`${file}: no file ${target} for the link ${href}`);
  const rest = anchor === undefined ? "" : `#${anchor}`;
  if (target === "README.md") return `/${rest}`;
  const page = pageOf(target);
  if (page !== undefined) return `/${page}${rest}`;
  return repository === undefined ? undefined : `${repository}/${target}${rest}`;
}

/** Turns a link into its text. */
function hide(tokens: readonly Token[], open: number): void {
  const close = tokens.findIndex((token, index) => index > open && token.type === "link_close");
  for (const token of [tokens[open], tokens[close]]) {
    if (token === undefined) continue;
    token.type = "html_inline";
    token.tag = "";
    token.nesting = 0;
    token.content = "";
  }
}

/** The pages of the API reference by what a reader writes: `HashMap`, `link.kprobe`, `ebpf/plugin`. */
function publicNames(): Map<string, string> {
  interface Entry {
    readonly text: string;
    readonly link: string;
    readonly items: readonly Entry[];
  }
  const file = path.join(root, "docs/reference/sidebar.json");
  const topics = JSON.parse(readFileSync(file, "utf8")) as Entry[];
  const entries = topics.filter(({ text }) => text.startsWith("ebpf/"));
  const pages = [...entries, ...topics.flatMap(({ items }) => items)];
  return new Map(pages.map(({ text, link }) => [text, link] as const));
}

/** Makes links of code that is an error code or a public name. */
function linkNames(block: Token, page: string | undefined, names: ReadonlyMap<string, string>): void {
  let inLink = false;
  block.children = (block.children ?? []).flatMap((token) => {
    if (token.type === "link_open") inLink = true;
    if (token.type === "link_close") inLink = false;
    if (token.type !== "code_inline" || inLink) return [token];
    const { content } = token;
    const address = /^ERR_EBPF_\w+$/.test(content)
      ? `/error-codes.md#${content.toLowerCase()}`
      : names.get(content.replace(/\(\)$/, ""));
    if (address === undefined || address.startsWith(`/${page}#`)) return [token];
    const open = new (token.constructor as TokenClass)("link_open", "a", 1);
    open.attrSet("href", address);
    return [open, token, new (token.constructor as TokenClass)("link_close", "a", -1)];
  });
}

type TokenClass = new (type: string, tag: string, nesting: -1 | 0 | 1) => Token;
