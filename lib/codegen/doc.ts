import type { RecordLayout } from "../codec/layout.ts";

const LINE_ENDS = /[\n\r\u2028\u2029]+/g;

/** A comment of one line. What ends a line in JavaScript would end the comment: it becomes a space. */
export function lineComment(text: string): string {
  return `// ${text.replaceAll(LINE_ENDS, " ")}\n`;
}

/** A TSDoc comment of these lines, or nothing when there are none. */
export function docComment(lines: readonly string[]): string {
  const texts = lines.flatMap((line) => line.split(LINE_ENDS)).map((line) => line.replaceAll("*/", "*\\/"));
  if (texts.length === 0) return "";
  if (texts.length === 1) return `/** ${texts[0]} */\n`;
  return `/**\n${texts.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

/** What something is in C, and what its decl tags say, as a paragraph of its own. */
export function titled(title: string, tags: readonly string[]): string[] {
  return tags.length === 0 ? [title] : [title, "", ...tags];
}

/** A name out of C, in a comment. */
export function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

/** What a type is called in a sentence. */
export function nameInText({ name, tag, of }: RecordLayout): string {
  // Of a typedef, the name is there without a tag.
  if (tag !== "" || name !== of) return code(name);
  return of === "struct" ? "an anonymous struct" : "an anonymous union";
}

export function indent(text: string, spaces = 2): string {
  const margin = " ".repeat(spaces);
  return text.replaceAll(/^(?=.)/gm, margin);
}
