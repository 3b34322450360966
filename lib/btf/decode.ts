import { BtfError } from "../errors.ts";
import { kindNames } from "./kinds.ts";
import { kindOf, vlenOf } from "./raw.ts";
import type { BtfLinkage, BtfMember, BtfType, TypeId } from "./types.ts";

const linkages: readonly BtfLinkage[] = ["static", "global", "extern"];

function linkage(id: TypeId, number: number): BtfLinkage {
  const name = linkages[number];
  if (name === undefined) throw new BtfError(`BTF type ${id} has the unknown linkage ${number}`);
  return name;
}

/**
 * Builds the type that begins at `at`. The bounds were checked when the type section was indexed.
 *
 * @param str - Reads a string by its offset, or throws BtfError.
 */
export function decodeType(
  id: TypeId,
  words: Uint32Array,
  at: number,
  str: (offset: number) => string,
): BtfType {
  const word = (i: number): number => words[at + i] as number;
  const info = word(1);
  const vlen = vlenOf(info);
  const flag = info >>> 31 === 1;
  const sizeOrType = word(2);
  const name = str(word(0));
  const kind = kindNames[kindOf(info)];
  const elements = <T>(words: number, make: (first: number) => T): T[] => {
    const made: T[] = [];
    for (let i = 0, first = 3; i < vlen; i++, first += words) made.push(make(first));
    return made;
  };

  switch (kind) {
    case "int": {
      const encoding = word(3) >>> 24;
      return {
        kind,
        id,
        name,
        size: sizeOrType,
        bits: word(3) & 0xff,
        bitOffset: (word(3) >>> 16) & 0xff,
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
      return { kind, id, name, type: word(3), indexType: word(4), length: word(5) };
    case "struct":
    case "union": {
      const members = elements<BtfMember>(3, (i) => {
        const offset = word(i + 2);
        return {
          name: str(word(i)),
          type: word(i + 1),
          bitOffset: flag ? offset & 0xffffff : offset,
          bitfieldSize: flag ? offset >>> 24 : 0,
        };
      });
      return { kind, id, name, size: sizeOrType, members };
    }
    case "enum": {
      const values = elements(2, (i) => ({
        name: str(word(i)),
        value: flag ? word(i + 1) | 0 : word(i + 1),
      }));
      return { kind, id, name, size: sizeOrType, signed: flag, values };
    }
    case "enum64": {
      const values = elements(3, (i) => {
        const value = (BigInt(word(i + 2)) << 32n) | BigInt(word(i + 1));
        return { name: str(word(i)), value: flag ? BigInt.asIntN(64, value) : value };
      });
      return { kind, id, name, size: sizeOrType, signed: flag, values };
    }
    case "fwd":
      return { kind, id, name, of: flag ? "union" : "struct" };
    case "func":
      return { kind, id, name, type: sizeOrType, linkage: linkage(id, vlen) };
    case "func-proto": {
      const params = elements(2, (i) => ({ name: str(word(i)), type: word(i + 1) }));
      return { kind, id, name, returnType: sizeOrType, params };
    }
    case "var":
      return { kind, id, name, type: sizeOrType, linkage: linkage(id, word(3)) };
    case "datasec": {
      const vars = elements(3, (i) => ({ type: word(i), offset: word(i + 1), size: word(i + 2) }));
      return { kind, id, name, size: sizeOrType, vars };
    }
    case "decl-tag":
      return { kind, id, name, type: sizeOrType, component: word(3) | 0 };
    default:
      throw new BtfError(`BTF type ${id} is of kind ${kindOf(info)}, which is unknown`);
  }
}
