import { type Reflection, ReflectionKind } from "typedoc";

/** The name of a page: a function of a namespace as it is called, `link.kprobe`. */
export function fullName(model: Reflection): string {
  const { name, parent } = model;
  return parent?.kindOf(ReflectionKind.Namespace) ? `${fullName(parent)}.${name}` : name;
}

/** The text of a page with that name as its title. */
export function titled(text: string, model: Reflection): string {
  const { name } = model;
  const full = fullName(model);
  return full === name ? text : text.replace(`# ${name}`, () => `# ${full}`);
}

/** The text of a page with the errors of each function as one list. typedoc writes a heading for each error. */
export function withOneList(text: string): string {
  const throws = /^(#+ Throws)\n\n((?:(?!#).*\n+)+)(?:\1\n\n((?:(?!#).*\n+)+))+/gm;
  return text.replace(throws, (all, heading: string) => {
    const items = all.split(`${heading}\n\n`).slice(1);
    return `${heading}\n\n${items.map((item) => `- ${item.trim().replaceAll("\n", "\n  ")}`).join("\n")}\n\n`;
  });
}
