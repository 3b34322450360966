import type { TypeId } from "../btf/index.ts";
import type { EnumLayout, Layout, Member, RecordLayout } from "../codec/layout.ts";
import { fieldsOf } from "../codec/layout.ts";
import { camelCase, type Names, pascalCase } from "./names.ts";

/** The record and enum types of a loader in the order of discovery, and their names. */
export class TypeNames {
  readonly records: RecordLayout[] = [];
  readonly enums: EnumLayout[] = [];
  /** Whether a type refers to KernelTime, which the loader then imports. */
  hasTimes = false;
  readonly #names: Names;
  readonly #prefix: string;
  readonly #nameOf: (id: TypeId) => string | undefined;
  readonly #byType = new Map<string, string>();
  readonly #byRecord = new Map<RecordLayout, string>();

  /**
   * @param prefix - The prefix of all names, so that the names of two loaders differ.
   * @param nameOf - Returns the name of a type in the object: `event_2` for the second type with a name.
   */
  constructor(names: Names, prefix: string, nameOf: (id: TypeId) => string | undefined) {
    this.#names = names;
    this.#prefix = prefix;
    this.#nameOf = nameOf;
  }

  /**
   * Adds a type and all types that it contains.
   *
   * @param hint - The name for a type without a C name.
   */
  reach(layout: Layout, hint: string): void {
    switch (layout.kind) {
      case "array":
        this.reach(layout.element, hint);
        break;
      case "enum":
        if (layout.id === undefined || this.#byType.has(typeKey(layout))) break;
        this.#byType.set(typeKey(layout), this.#name(layout.name.replace(/^enum ?/, ""), layout.id, hint));
        this.enums.push(layout);
        break;
      case "record": {
        if (this.#byRecord.has(layout)) break;
        const known = this.#byType.get(typeKey(layout));
        const name = known ?? this.#name(layout.tag, layout.id, hint);
        this.#byType.set(typeKey(layout), name);
        // The same type nested inside another type, where its flexible array is always empty.
        this.#byRecord.set(layout, known === undefined ? name : `${name}Part`);
        if (known === undefined) this.records.push(layout);
        this.#reachMembers(layout.members, name);
        break;
      }
    }
  }

  #reachMembers(members: readonly Member[], parent: string): void {
    for (const field of fieldsOf(members)) this.reach(field.layout, `${parent}_${field.name}`);
  }

  #name(tag: string, id: TypeId | undefined, hint: string): string {
    const known = id === undefined || tag === "" ? undefined : this.#nameOf(id);
    // The suffix `_2` of the second type with the name is not a word of the name.
    const suffix = known?.startsWith(`${tag}_`) ? known.slice(tag.length) : "";
    const wanted = tag === "" ? pascalCase(hint) : this.#prefix + pascalCase(tag) + suffix;
    return this.#names.take(wanted, (name) => [
      name,
      `${name}View`,
      codecName(name),
      `read${name}`,
      `write${name}`,
    ]);
  }

  /** Whether the type was added. */
  has(layout: RecordLayout | EnumLayout): boolean {
    return this.#byType.has(typeKey(layout));
  }

  /** The type name of an added record or enum. */
  typeName(layout: RecordLayout | EnumLayout): string {
    return this.#byType.get(typeKey(layout)) as string;
  }

  /** The base name of the functions of a record. */
  functionName(record: RecordLayout): string {
    return this.#byRecord.get(record) as string;
  }

  /** The TypeScript type of a value. */
  typeOf(layout: Layout): string {
    switch (layout.kind) {
      case "int":
        return layout.size <= 4 ? "number" : "bigint";
      case "enum":
        return this.typeName(layout);
      case "bool":
        return "boolean";
      case "float":
        return "number";
      case "chars":
        return "string";
      case "bytes":
        return "Uint8Array";
      case "meant":
        if (layout.meaning !== "ktime") return "string";
        this.hasTimes = true;
        return "KernelTime";
      case "array":
        return `${this.typeOf(layout.element)}[]`;
      case "record":
        return this.typeName(layout);
      case "foreign":
        return "unknown";
    }
  }
}

export function codecName(typeName: string): string {
  return `${camelCase(typeName)}Codec`;
}

function typeKey(layout: RecordLayout | EnumLayout): string {
  return `${layout.kind} ${layout.id}`;
}
