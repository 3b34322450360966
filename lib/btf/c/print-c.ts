import { UnknownNameError } from "../../errors/index.ts";
import type { Btf } from "../btf.ts";
import type { BtfComposite, BtfEnum, BtfEnum64, TypeId } from "../types.ts";
import { alignmentOf, alignUp, bitfieldOf, isPacked, naturalOffset, padding } from "./alignment.ts";
import { declare, type Parts } from "./declarator.ts";

export interface PrintCOptions {
  /**
   * The names of the types to print with their dependencies, optionally prefixed by `struct`, `union` or `enum`.
   * Default: all.
   */
  types?: readonly string[] | undefined;
}

// Types that the compiler predefines, and differently for BPF than for the kernel.
const builtIn = "__builtin_va_list";

/**
 * Prints BTF as compilable C. Each type follows its dependencies. The output has forward declarations where types refer
 * to each other, and padding and `packed` where C would otherwise lay out a struct differently.
 *
 * The second of two types with the same name gets the suffix `___2`, which CO-RE ignores.
 *
 * @throws {@link UnknownNameError} when no type has a requested name.
 */
export function printC(btf: Btf, options: PrintCOptions = {}): string {
  const printer = new CPrinter(btf);
  if (options.types === undefined) {
    for (let id = 1; id < btf.typeCount; id++) {
      // Most types of a kernel are functions. They are skipped without decoding.
      if (written.has(btf.kindOf(id) as string)) printer.define(id);
    }
  } else {
    for (const name of options.types) for (const id of idsOf(btf, name)) printer.define(id);
  }
  return printer.text;
}

const written = new Set(["struct", "union", "enum", "enum64", "typedef", "fwd"]);
const tagged = new Set(["struct", "union", "enum", "enum64"]);

function idsOf(btf: Btf, name: string): TypeId[] {
  const [, tag, bare = name] = /^(struct|union|enum) (.*)$/.exec(name) ?? [];
  const found = btf.findAll(bare).filter(({ kind }) => {
    if (tag === undefined) return tagged.has(kind) || kind === "typedef";
    return kind === tag || (tag === "enum" && kind === "enum64");
  });
  if (found.length === 0) throw new UnknownNameError("type", name, namesIn(btf));
  return found.map(({ id }) => id);
}

function* namesIn(btf: Btf): Iterable<string> {
  for (const { kind, name } of btf.types()) if (tagged.has(kind) || kind === "typedef") yield name;
}

class CPrinter implements Parts {
  readonly #btf: Btf;
  readonly #chunks: string[] = [];
  /** The types that are written or in progress. */
  readonly #defined = new Set<TypeId>();
  /** The tags (`struct name`) that were declared or defined. */
  readonly #declared = new Set<string>();
  readonly #names = new Map<TypeId, string>();
  /** The number of types with a name, for tags and for other names. */
  readonly #taken = { tag: new Map<string, number>(), name: new Map([[builtIn, 1]]) };

  constructor(btf: Btf) {
    this.#btf = btf;
  }

  get text(): string {
    return this.#chunks.join("");
  }

  /** Writes a type after its dependencies. */
  define(id: TypeId): void {
    const type = this.#btf.type(id);
    switch (type.kind) {
      case "struct":
      case "union":
        if (type.name !== "" && this.#begin(id)) this.#composite(type);
        break;
      case "enum":
      case "enum64":
        if (this.#begin(id)) this.#enum(type);
        break;
      case "typedef":
        if (this.#begin(id)) {
          this.#need(type.type, false);
          this.#write(`typedef ${declare(this.#btf, type.type, this.nameOf(id), this)};\n\n`);
        }
        break;
      case "fwd":
        this.#forward(`${type.of} ${this.nameOf(id)}`);
        break;
    }
  }

  nameOf(id: TypeId): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const { kind, name } = this.#btf.type(id);
    // A forward declaration has the name of the type that it declares.
    const made = kind === "fwd" ? name : this.#unique(kind === "typedef" ? "name" : "tag", name);
    this.#names.set(id, made);
    return made;
  }

  inline(id: TypeId): string {
    const type = this.#btf.type(id);
    if (type.kind === "enum" || type.kind === "enum64") return this.#enumBody(type);
    return this.#compositeBody(type as BtfComposite);
  }

  #unique(space: "tag" | "name", name: string): string {
    const count = (this.#taken[space].get(name) ?? 0) + 1;
    this.#taken[space].set(name, count);
    return count === 1 ? name : `${name}___${count}`;
  }

  #begin(id: TypeId): boolean {
    if (this.#defined.has(id)) return false;
    this.#defined.add(id);
    return true;
  }

  #write(text: string): void {
    this.#chunks.push(text);
  }

  #forward(tag: string): void {
    if (this.#declared.has(tag)) return;
    this.#declared.add(tag);
    this.#write(`${tag};\n\n`);
  }

  /** Writes what is necessary to use a type from here on. `whole`: its size must be known. */
  #need(id: TypeId, whole: boolean): void {
    const type = this.#btf.type(id);
    switch (type.kind) {
      case "ptr":
        this.#need(type.type, false);
        break;
      case "const":
      case "volatile":
      case "restrict":
      case "type-tag":
        this.#need(type.type, whole);
        break;
      case "array":
        this.#need(type.type, true);
        break;
      case "typedef":
        this.define(id);
        if (whole) this.#need(type.type, true);
        break;
      case "struct":
      case "union":
        if (type.name === "") for (const member of type.members) this.#need(member.type, true);
        else if (whole) this.define(id);
        else this.#forward(`${type.kind} ${this.nameOf(id)}`);
        break;
      case "enum":
      case "enum64":
        if (type.name !== "") this.define(id);
        else this.#defined.add(id);
        break;
      case "fwd":
        this.define(id);
        break;
      case "func-proto":
        this.#need(type.returnType, false);
        for (const param of type.params) this.#need(param.type, false);
        break;
    }
  }

  #composite(type: BtfComposite): void {
    for (const member of type.members) this.#need(member.type, true);
    this.#declared.add(`${type.kind} ${this.nameOf(type.id)}`);
    this.#write(`${this.#compositeBody(type)};\n\n`);
  }

  #compositeBody(type: BtfComposite): string {
    const { kind, name, id, size, members } = type;
    const btf = this.#btf;
    const packed = isPacked(btf, type);
    const lines: string[] = [];
    let at = 0;
    let most = 1;
    for (const member of members) {
      const bitfield = bitfieldOf(btf, member);
      const bits = btf.sizeof(member.type) * 8;
      const alignment = packed ? 1 : alignmentOf(btf, member.type);
      most = Math.max(most, alignment);
      if (kind === "struct") {
        const natural = naturalOffset(at, bits, bitfield, alignment);
        const place = member.bitOffset;
        if (natural !== place && place > at) lines.push(...padding(at, place));
        at = place + (bitfield === 0 ? bits : bitfield);
      }
      const suffix = bitfield === 0 ? "" : `: ${bitfield}`;
      lines.push(`${declare(btf, member.type, member.name, this)}${suffix};`);
    }
    if (kind === "struct" && alignUp(at, most * 8) < size * 8) lines.push(...padding(at, size * 8));
    if (kind === "union" && members.length === 0 && size > 0) lines.push(...padding(0, size * 8));
    const head = name === "" ? kind : `${kind} ${this.nameOf(id)}`;
    const body = lines.map((line) => `\t${line.replaceAll("\n", "\n\t")}\n`).join("");
    return `${head} {\n${body}}${packed ? " __attribute__((packed))" : ""}`;
  }

  #enum(type: BtfEnum | BtfEnum64): void {
    this.#write(`${this.#enumBody(type)};\n\n`);
  }

  #enumBody(type: BtfEnum | BtfEnum64): string {
    const head = type.name === "" ? "enum" : `enum ${this.nameOf(type.id)}`;
    if (type.values.length === 0) return head;
    const lines = type.values.map(
      ({ name, value }) => `\t${this.#unique("name", name)} = ${literal(value, type.signed)},\n`,
    );
    return `${head} {\n${lines.join("")}}${modes[type.size] ?? ""}`;
  }
}

function literal(value: number | bigint, signed: boolean): string {
  if (typeof value === "number") return String(value);
  // C has no literal for the smallest 64-bit integer.
  if (value === -(2n ** 63n)) return `(-${-(value + 1n)}LL - 1)`;
  return `${value}${signed ? "LL" : "ULL"}`;
}

// An enum has the size of an int unless an attribute changes it. The values of a 64-bit enum determine its size.
const modes: Readonly<Record<number, string>> = {
  1: " __attribute__((mode(byte)))",
  2: " __attribute__((mode(HI)))",
};
