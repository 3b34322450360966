import { BtfError } from "../errors/index.ts";
import type { BtfDescription, BtfReference } from "./description.ts";
import { kindNames } from "./kinds.ts";
import type { TypeId } from "./types.ts";

const MAX_VLEN = 0xff_ffff;
const SIGN = 0x8000_0000;
const linkages = ["static", "global", "extern"] as const;

/** The IDs and string offsets that a type refers to. */
export interface References {
  string(text: string): number;
  type(reference: BtfReference): TypeId;
  /** The index type of an array. */
  indexType(): TypeId;
}

/**
 * The words of a type.
 *
 * @throws {@link BtfError} for a number that does not fit into its field.
 */
export function encodeType(description: BtfDescription, to: References): number[] {
  // Adds the referenced types first, because they must not be inserted between the words of this type.
  const body = bodyOf(description, to);
  const { kind } = description;
  const kindNumber = kindNames.indexOf(kind as (typeof kindNames)[number]);
  if (kindNumber <= 0) throw new BtfError(`no kind of type is called ${JSON.stringify(kind)}`);
  if (body.vlen > MAX_VLEN)
    throw new BtfError(`${what(description)} has ${body.vlen} elements; the maximum is ${MAX_VLEN}`);
  const info = ((body.flag === true ? SIGN : 0) + kindNumber * 0x100_0000 + body.vlen) >>> 0;
  return [to.string(description.name ?? ""), info, body.sizeOrType, ...body.words];
}

interface Body {
  readonly sizeOrType: number;
  readonly vlen: number;
  readonly flag?: boolean;
  readonly words: readonly number[];
}

function bodyOf(type: BtfDescription, to: References): Body {
  switch (type.kind) {
    case "int": {
      const { size, bits = size * 8, bitOffset = 0, signed = false, char = false, bool = false } = type;
      checkSize(type, size, 16);
      const encoding = Number(signed) | (Number(char) << 1) | (Number(bool) << 2);
      if (bits > 255 || bitOffset > 255) throw new BtfError(`${what(type)} has ${bits} bits at ${bitOffset}`);
      return { sizeOrType: size, vlen: 0, words: [((encoding << 24) | (bitOffset << 16) | bits) >>> 0] };
    }
    case "float":
      return { sizeOrType: checkSize(type, type.size, 16), vlen: 0, words: [] };
    case "ptr":
    case "typedef":
    case "const":
    case "volatile":
    case "restrict":
    case "type-tag":
      return { sizeOrType: to.type(type.type), vlen: 0, words: [] };
    case "array": {
      const element = to.type(type.type);
      const index = type.indexType === undefined ? to.indexType() : to.type(type.indexType);
      return { sizeOrType: 0, vlen: 0, words: [element, index, checkSize(type, type.length)] };
    }
    case "struct":
    case "union":
      return compositeBody(type, to);
    case "enum": {
      const { size = 4, signed = false, values } = type;
      const words = values.flatMap(({ name, value }) => {
        if (value < (signed ? -0x8000_0000 : 0) || value > (signed ? 0x7fff_ffff : 0xffff_ffff)) {
          throw new BtfError(`${what(type)}: ${name} = ${value} does not fit into 32 bits`);
        }
        return [to.string(name), value >>> 0];
      });
      return { sizeOrType: checkSize(type, size), vlen: values.length, flag: signed, words };
    }
    case "enum64": {
      const { size = 8, signed = false, values } = type;
      const words = values.flatMap(({ name, value }) => [
        to.string(name),
        Number(value & 0xffff_ffffn),
        Number((value >> 32n) & 0xffff_ffffn),
      ]);
      return { sizeOrType: checkSize(type, size), vlen: values.length, flag: signed, words };
    }
    case "fwd":
      return { sizeOrType: 0, vlen: 0, flag: type.of === "union", words: [] };
    case "func":
      return { sizeOrType: to.type(type.type), vlen: linkage(type.linkage), words: [] };
    case "func-proto": {
      const returned = to.type(type.returnType);
      const words = type.params.flatMap(({ name = "", type: of }) => {
        const id = to.type(of);
        return [to.string(name), id];
      });
      return { sizeOrType: returned, vlen: type.params.length, words };
    }
    case "var":
      return { sizeOrType: to.type(type.type), vlen: 0, words: [linkage(type.linkage)] };
    case "datasec": {
      const words = type.vars.flatMap(({ type: of, offset, size }) => [to.type(of), offset, size]);
      return { sizeOrType: checkSize(type, type.size ?? 0), vlen: type.vars.length, words };
    }
    case "decl-tag":
      return { sizeOrType: to.type(type.type), vlen: 0, words: [(type.component ?? -1) >>> 0] };
    default:
      throw new BtfError(`no kind of type is called ${JSON.stringify((type as { kind?: unknown }).kind)}`);
  }
}

function compositeBody(type: BtfDescription & { kind: "struct" | "union" }, to: References): Body {
  const { size, members } = type;
  const packed = members.some(({ bitfieldSize = 0 }) => bitfieldSize > 0);
  const words = members.flatMap(({ name = "", type: of, bitOffset, bitfieldSize = 0 }) => {
    const limit = packed ? 0xff_ffff : 0xffff_ffff;
    if (bitOffset < 0 || bitOffset > limit || bitfieldSize < 0 || bitfieldSize > 255) {
      throw new BtfError(`${what(type)}: member "${name}" has ${bitfieldSize} bits at bit ${bitOffset}`);
    }
    const id = to.type(of);
    return [to.string(name), id, packed ? ((bitfieldSize << 24) | bitOffset) >>> 0 : bitOffset];
  });
  return { sizeOrType: checkSize(type, size), vlen: members.length, flag: packed, words };
}

function linkage(name: (typeof linkages)[number] = "global"): number {
  const number = linkages.indexOf(name);
  if (number === -1) throw new BtfError(`no linkage is called ${JSON.stringify(name)}`);
  return number;
}

function checkSize(type: BtfDescription, size: number, most = 0xffff_ffff): number {
  if (Number.isInteger(size) && size >= 0 && size <= most) return size;
  throw new BtfError(`${what(type)}: expected a size from 0 to ${most}, received ${size}`);
}

function what({ kind, name }: BtfDescription): string {
  return name ? `${kind} "${name}"` : `an anonymous ${kind}`;
}
