import type { RecordLayout } from "../codec/layout.ts";

const LINE_ENDS = /[\n\r\u2028\u2029]+/g;

/** A comment of one line. Replaces line terminators by spaces, because they would end the comment. */
export function lineComment(text: string): string {
  return `// ${text.replaceAll(LINE_ENDS, " ")}\n`;
}

/** A TSDoc comment of the lines. Empty without lines. */
export function docComment(lines: readonly string[]): string {
  const texts = lines.flatMap((line) => line.split(LINE_ENDS)).map((line) => line.replaceAll("*/", "*\\/"));
  if (texts.length === 0) return "";
  if (texts.length === 1) return `/** ${texts[0]} */\n`;
  return `/**\n${texts.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

/** The description of a declaration in C, and its decl tags as a separate paragraph. */
export function titled(title: string, tags: readonly string[]): string[] {
  return tags.length === 0 ? [title] : [title, "", ...tags];
}

/** A C name in a comment. */
export function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

/** The name of a type in a sentence. */
export function nameInText({ name, tag, of }: RecordLayout): string {
  // A typedef has a name without a tag.
  if (tag !== "" || name !== of) return code(name);
  return of === "struct" ? "an anonymous struct" : "an anonymous union";
}

export function indent(text: string, spaces = 2): string {
  const margin = " ".repeat(spaces);
  return text.replaceAll(/^(?=.)/gm, margin);
}
