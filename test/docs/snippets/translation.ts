import ts from "typescript";
import type { Block, Page } from "./page.ts";

/** A page in Chinese, `docs/guide.zh.md`, has the code of `docs/guide.md`. */
export function isTranslation({ path }: Page): boolean {
  return path.endsWith(".zh.md");
}

/** The path of the page that was translated. */
export function originalOf({ path }: Page): string {
  return path.replace(/\.zh\.md$/, ".md");
}

/** A block with its words, for a comparison in which comments do not count. */
export function withoutComments({ language, words, text }: Block): string {
  const code = language === "ts" ? printed(text) : text.replaceAll(commentsOf(language), "");
  return [[language, ...words].join(" "), code].join("\n");
}

function commentsOf(language: string): RegExp {
  if (language === "c") return /[ \t]*\/\/.*$/gm;
  if (language === "sh") return /[ \t]*# .*$/gm;
  return /$^/g;
}

/** TypeScript as the compiler prints it, without comments. */
function printed(text: string): string {
  const file = ts.createSourceFile("block.ts", text, ts.ScriptTarget.Latest);
  return ts.createPrinter({ removeComments: true }).printFile(file);
}

/** The levels of the headings of a page, in order. */
export function headingLevels(markdown: string): number[] {
  const prose = markdown.replaceAll(/^ *```[\s\S]*?^ *```$/gm, "");
  return [...prose.matchAll(/^(#+) /gm)].map(([, hashes = ""]) => hashes.length);
}
