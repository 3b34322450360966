import { fieldsOf, type Layout, type Member } from "../codec/layout.ts";

/**
 * The differences between the layouts of a running version and a new one, field by field and by name. Names of types do
 * not count: `__u64` and `unsigned long long` are one type.
 *
 * @param path - Names the layout in the differences: `value`.
 */
export function layoutDifferences(running: Layout, next: Layout, path: string): string[] {
  const differs = (from: unknown, to: unknown) => [`${path} is ${from}, was ${to}`];
  if (running.kind !== next.kind) return differs(next.name, running.name);
  if (running.kind === "record" && next.kind === "record") {
    const found = running.of === next.of ? [] : differs(next.of, running.of);
    return [
      ...found,
      ...memberDifferences(running.members, next.members, path),
      ...sizes(running, next, path),
    ];
  }
  if (running.kind === "array" && next.kind === "array") {
    if (running.length !== next.length) return differs(next.name, running.name);
    return layoutDifferences(running.element, next.element, `${path}[]`);
  }
  if (running.size !== next.size) return differs(next.name, running.name);
  if ("signed" in running && "signed" in next && running.signed !== next.signed)
    return differs(next.name, running.name);
  if (running.kind === "enum" && next.kind === "enum") {
    const values = new Map(next.values.map(({ name, value }) => [name, value]));
    return running.values.flatMap(({ name, value }) => {
      const now = values.get(name);
      return now === undefined || now === value ? [] : [`${path}: ${name} is ${now}, was ${value}`];
    });
  }
  return [];
}

function sizes(running: Layout, next: Layout, path: string): string[] {
  return running.size === next.size ? [] : [`${path} has ${next.size} bytes, had ${running.size}`];
}

function memberDifferences(running: readonly Member[], next: readonly Member[], path: string): string[] {
  const fields = new Map([...fieldsOf(next)].map((field) => [field.name, field]));
  const found: string[] = [];
  for (const field of fieldsOf(running)) {
    const { name } = field;
    const now = fields.get(name);
    fields.delete(name);
    const at = `${path}.${name}`;
    if (now === undefined) {
      found.push(`${at} is missing`);
      continue;
    }
    const place = (of: typeof field) => of.offset * 8 + (of.bits?.shift ?? 0);
    if (place(field) !== place(now)) found.push(`${at} is at offset ${now.offset}, was at ${field.offset}`);
    if (field.bits?.width !== now.bits?.width)
      found.push(`${at} has ${now.bits?.width ?? "no"} bits, had ${field.bits?.width ?? "no"}`);
    if (field.kept !== now.kept) found.push(`${at} is ${now.kept ? "" : "not "}managed by the kernel`);
    found.push(...layoutDifferences(field.layout, now.layout, at));
  }
  for (const name of fields.keys()) found.push(`${path}.${name} is new`);
  return found;
}
