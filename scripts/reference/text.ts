import { type DeclarationReflection, type Reflection, ReflectionKind } from "typedoc";

/** The name of a page: a function of a namespace as it is called, `link.kprobe`. */
export function fullName(model: Reflection): string {
  const { name, parent } = model;
  return parent?.kindOf(ReflectionKind.Namespace) ? `${fullName(parent)}.${name}` : name;
}

/** The text of a page with its full name as the title: `link.kprobe()`, `HashMap<K, V>`. The site sets its sections closer. */
export function asPage(text: string, model: Reflection): string {
  const { typeParameters = [] } = model as Partial<DeclarationReflection>;
  const parameters = typeParameters.map(({ name }) => name).join(", ");
  const title = `${fullName(model)}${model.kindOf(ReflectionKind.Function) ? "()" : ""}${parameters && `&lt;${parameters}&gt;`}`;
  const body = model.isProject() ? text : text.replace(/^# .*$/m, () => `# ${title}`);
  return `---\npageClass: reference\n---\n\n${body}`;
}

/** The text of a page with the errors of each function as one list. typedoc writes a heading for each error. */
export function withOneList(text: string): string {
  const throws = /^(#+ Throws)\n\n((?:(?!#).*\n+)+)(?:\1\n\n((?:(?!#).*\n+)+))+/gm;
  return text.replace(throws, (all, heading: string) => {
    const items = all.split(`${heading}\n\n`).slice(1);
    return `${heading}\n\n${items.map((item) => `- ${item.trim().replaceAll("\n", "\n  ")}`).join("\n")}\n\n`;
  });
}

/** The text of a page with `T` for the type of the records, where typedoc has `RecordsOf<Types>`. */
export function withRecordType(text: string): string {
  return text
    .replace(/^# .*$/m, (title) => title.replace("Types", "T"))
    .replace(
      /^## Type Parameters\n[\s\S]*?(?=^## )/m,
      "## Type Parameters\n\n| Type Parameter | Description |\n| ------ | ------ |\n| `T` | The type of the records. |\n\n",
    )
    .replaceAll("RecordsOf<Types>", "T")
    .replaceAll(/\[`RecordsOf`\]\([^)]*\)&lt;`Types`&gt;/g, "`T`");
}
