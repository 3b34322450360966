import { BtfError } from "../errors/index.ts";
import { kindNames } from "./kinds.ts";
import { kindOf, vlenOf } from "./raw.ts";
import type { BtfLinkage, BtfMember, BtfType, TypeId } from "./types.ts";

interface Named<T> {
  name: string;
  value: T;
}

const linkages: readonly BtfLinkage[] = ["static", "global", "extern"];

function linkage(id: TypeId, number: number): BtfLinkage {
  const name = linkages[number];
  if (name === undefined) throw new BtfError(`BTF type ${id} has the unknown linkage ${number}`);
  return name;
}

/** The source of the names of types. */
export interface Names {
  /** @throws {@link BtfError} when there is no string at the offset. */
  string(offset: number): string;
}

/** Decodes the type that begins at `at`. The bounds were checked when the type section was indexed. */
export function decodeType(id: TypeId, words: Uint32Array, at: number, names: Names): BtfType {
  const info = words[at + 1] as number;
  const vlen = vlenOf(info);
  const flag = info >>> 31 === 1;
  const sizeOrType = words[at + 2] as number;
  const name = names.string(words[at] as number);
  const kind = kindNames[kindOf(info)];
  const first = at + 3;

  switch (kind) {
    case "int": {
      const word = words[first] as number;
      const encoding = word >>> 24;
      return {
        kind,
        id,
        name,
        size: sizeOrType,
        bits: word & 0xff,
        bitOffset: (word >>> 16) & 0xff,
        signed: (encoding & 1) !== 0,
        char: (encoding & 2) !== 0,
        bool: (encoding & 4) !== 0,
      };
    }
    case "float":
      return { kind, id, name, size: sizeOrType };
    case "ptr":
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "type-tag":
      return { kind, id, name, type: sizeOrType };
    case "array":
      return {
        kind,
        id,
        name,
        type: words[first] as number,
        indexType: words[first + 1] as number,
        length: words[first + 2] as number,
      };
    case "struct":
    case "union":
      return { kind, id, name, size: sizeOrType, members: members(words, first, vlen, flag, names) };
    case "enum":
      return {
        kind,
        id,
        name,
        size: sizeOrType,
        signed: flag,
        values: values(words, first, vlen, flag, names),
      };
    case "enum64":
      return {
        kind,
        id,
        name,
        size: sizeOrType,
        signed: flag,
        values: wideValues(words, first, vlen, flag, names),
      };
    case "fwd":
      return { kind, id, name, of: flag ? "union" : "struct" };
    case "func":
      return { kind, id, name, type: sizeOrType, linkage: linkage(id, vlen) };
    case "func-proto":
      return { kind, id, name, returnType: sizeOrType, params: params(words, first, vlen, names) };
    case "var":
      return { kind, id, name, type: sizeOrType, linkage: linkage(id, words[first] as number) };
    case "datasec":
      return { kind, id, name, size: sizeOrType, vars: entries(words, first, vlen) };
    case "decl-tag":
      return { kind, id, name, type: sizeOrType, component: (words[first] as number) | 0 };
    default:
      throw new BtfError(`BTF type ${id} is of kind ${kindOf(info)}, which is unknown`);
  }
}

// Explicit loops: every load of an object runs this code, and closures would produce most of its garbage.

function members(
  words: Uint32Array,
  first: number,
  count: number,
  packed: boolean,
  names: Names,
): BtfMember[] {
  const made: BtfMember[] = [];
  for (let i = first; made.length < count; i += 3) {
    const offset = words[i + 2] as number;
    made.push({
      name: names.string(words[i] as number),
      type: words[i + 1] as number,
      bitOffset: packed ? offset & 0xffffff : offset,
      bitfieldSize: packed ? offset >>> 24 : 0,
    });
  }
  return made;
}

function values(
  words: Uint32Array,
  first: number,
  count: number,
  signed: boolean,
  names: Names,
): Named<number>[] {
  const made: Named<number>[] = [];
  for (let i = first; made.length < count; i += 2) {
    const value = words[i + 1] as number;
    made.push({ name: names.string(words[i] as number), value: signed ? value | 0 : value });
  }
  return made;
}

function wideValues(
  words: Uint32Array,
  first: number,
  count: number,
  signed: boolean,
  names: Names,
): Named<bigint>[] {
  const made: Named<bigint>[] = [];
  for (let i = first; made.length < count; i += 3) {
    const value = (BigInt(words[i + 2] as number) << 32n) | BigInt(words[i + 1] as number);
    made.push({ name: names.string(words[i] as number), value: signed ? BigInt.asIntN(64, value) : value });
  }
  return made;
}

function params(
  words: Uint32Array,
  first: number,
  count: number,
  names: Names,
): { name: string; type: TypeId }[] {
  const made: { name: string; type: TypeId }[] = [];
  for (let i = first; made.length < count; i += 2)
    made.push({ name: names.string(words[i] as number), type: words[i + 1] as number });
  return made;
}

function entries(
  words: Uint32Array,
  first: number,
  count: number,
): { type: TypeId; offset: number; size: number }[] {
  const made: { type: TypeId; offset: number; size: number }[] = [];
  for (let i = first; made.length < count; i += 3)
    made.push({ type: words[i] as number, offset: words[i + 1] as number, size: words[i + 2] as number });
  return made;
}
