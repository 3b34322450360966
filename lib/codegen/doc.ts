/** A TSDoc comment of these lines, or nothing when there are none. */
export function docComment(lines: readonly string[]): string {
  const texts = lines
    .flatMap((line) => line.split(/[\n\r\u2028\u2029]+/))
    .map((line) => line.replaceAll("*/", "*\\/"));
  if (texts.length === 0) return "";
  if (texts.length === 1) return `/** ${texts[0]} */\n`;
  return `/**\n${texts.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n`;
}

/** A name out of C, in a comment. */
export function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

export function indent(text: string, spaces = 2): string {
  const margin = " ".repeat(spaces);
  return text.replaceAll(/^(?=.)/gm, margin);
}
