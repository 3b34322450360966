import { type Field, fieldsOf, type Member, type Overlay, type RecordLayout } from "../layout.ts";
import { readBits, writeBits } from "./bits.ts";
import type { Draft } from "./draft.ts";
import { fieldCode, indentRest, memberCode, plus, stringCode } from "./text.ts";
import { rootPath, type TargetPlace, type ValueCode } from "./value-code.ts";

/** Writes the functions that read and store records. */
export class RecordCode {
  readonly #draft: Draft;
  readonly #values: ValueCode;

  constructor(draft: Draft, values: ValueCode) {
    this.#draft = draft;
    this.#values = values;
  }

  /** Returns the name of the function that reads the record. The first call creates the function. */
  reader(record: RecordLayout): string {
    const draft = this.#draft;
    const name = `read${draft.options.nameOf(record)}`;
    draft.define(name, record, () => {
      const end = record.tail ? `, end${draft.type("?: number")}` : "";
      const place = { view: "view", offset: "offset", end: record.tail ? "end" : undefined };
      const head = `function ${name}(${draft.params}${end})${draft.type(`: ${draft.options.typeOf(record)}`)}`;
      return `${head} {\n  return ${indentRest(this.#literal(record.members, place))};\n}`;
    });
    return name;
  }

  /** Returns the name of the function that stores the record. The first call creates the function. */
  writer(record: RecordLayout): string {
    const draft = this.#draft;
    const name = `write${draft.options.nameOf(record)}`;
    draft.define(name, record, () => {
      const root = stringCode(rootPath(record));
      const path = draft.options.typed ? `path: ${draft.part("Path")} = ${root}` : `path = ${root}`;
      const value = draft.options.typed ? `value: ${draft.options.storableOf(record)}` : "value";
      const lines = [
        `${draft.part("checkRecord")}(value, ${stringCode(record.name)}, path);`,
        ...paddingOf(record.members, record.size).map(([from, to]) => this.#zero(from, to)),
        ...this.#storeMembers(record.members, record),
      ];
      const head = `function ${name}(${draft.params}, ${value}, ${path})${draft.type(": void")}`;
      return `${head} {\n${lines.map((line) => `  ${indentRest(line)}\n`).join("")}}`;
    });
    return name;
  }

  /** An expression for a field of a record whose bytes are at a place. */
  readField({ offset, layout, bits }: Field, place: TargetPlace): string {
    const at = { ...place, offset: plus(place.offset, offset) };
    return bits === undefined ? this.#values.read(layout, at) : readBits(this.#draft, layout, bits, at);
  }

  #literal(members: readonly Member[], place: TargetPlace): string {
    const lines = [...fieldsOf(members)].map(
      (f) => `  ${fieldCode(f.name)}: ${indentRest(this.readField(f, place))},\n`,
    );
    return lines.length === 0 ? "{}" : `{\n${lines.join("")}}`;
  }

  #storeMembers(members: readonly Member[], record: RecordLayout): string[] {
    return members.map((member) => {
      if (member.kind === "field") return this.#storeField(member);
      const alternatives = this.#alternatives(member, record);
      const type = stringCode(record.name);
      return `${this.#draft.part("writeOverlay")}(view, offset, ${member.offset}, ${member.size}, value, ${alternatives}, ${type}, path);`;
    });
  }

  #storeField(field: Field): string {
    const value = memberCode("value", field.name);
    const spot = { path: "path", step: stringCode(field.name) };
    const place = { view: "view", offset: plus("offset", field.offset) };
    const { layout, bits } = field;
    if (bits !== undefined) return writeBits(this.#draft, layout, bits, place, value, spot);
    const store = this.#values.write(layout, place, value, spot);
    if (!field.kept) return store;
    return `if (${value} === undefined) ${this.#zero(field.offset, field.offset + layout.size)}\nelse ${store}`;
  }

  /** The name of the list of interpretations of the bytes of a union. */
  #alternatives(overlay: Overlay, record: RecordLayout): string {
    const draft = this.#draft;
    const type = draft.options.nameOf(record);
    const base = `${type.charAt(0).toLowerCase()}${type.slice(1)}Members`;
    let name = base;
    for (let n = 2; draft.has(name); n++) name = `${base}_${n}`;
    draft.define(name, record, () => {
      const entries = overlay.alternatives.map((members) => {
        const fields = [...fieldsOf(members)].filter((field) => field.layout.size > 0);
        const names = fields.map((field) => stringCode(field.name)).join(", ");
        const read = indentRest(this.#literal(members, { view: "view", offset: "offset" }), 4);
        const stores = this.#storeMembers(members, record).map((line) => `      ${indentRest(line, 6)}\n`);
        return (
          `  {\n    fields: [${names}],\n    read: (view, offset) => (${read}),\n` +
          `    write(view, offset, value, path) {\n${stores.join("")}    },\n  },\n`
        );
      });
      const listType = draft.options.typed
        ? `: readonly ${draft.part("Alternative")}<${draft.options.typeOf(record)}>[]`
        : "";
      return `const ${name}${listType} = [\n${entries.join("")}];`;
    });
    return name;
  }

  #zero(from: number, to: number): string {
    return `${this.#draft.part("zero")}(view, ${plus("offset", from)}, ${to - from});`;
  }
}

/** The ranges of bytes that no member covers, or that only bitfields cover. */
function paddingOf(members: readonly Member[], size: number): [number, number][] {
  const gaps: [number, number][] = [];
  let covered = 0;
  const ranges = members
    .filter((member) => member.kind === "overlay" || member.bits === undefined)
    .map(
      (member) =>
        [
          member.offset,
          member.offset + (member.kind === "field" ? member.layout.size : member.size),
        ] as const,
    )
    .sort((a, b) => a[0] - b[0]);
  for (const [from, to] of [...ranges, [size, size] as const]) {
    if (from > covered) gaps.push([covered, from]);
    covered = Math.max(covered, to);
  }
  return gaps;
}
