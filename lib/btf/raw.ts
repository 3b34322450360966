import { BtfError } from "../errors/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { kindWords } from "./kinds.ts";

const MAGIC = 0xeb9f;
const MIN_HEADER = 24;
// The header with the layout section, which Linux 7.x adds for kinds that a reader does not know.
const LAYOUT_HEADER = 32;

/** The sections of a BTF blob, not decoded. */
export interface RawBtf {
  readonly littleEndian: boolean;
  /** The type section in the host's byte order: every field of BTF is a 32-bit word. */
  readonly words: Uint32Array;
  /** The start of each type in `words`, ordered by ID. */
  readonly starts: Uint32Array;
  readonly strings: Buffer;
}

/** The kind of a type, from its second word. Seven bits since Linux 7.x; the two new bits were 0 before. */
export function kindOf(info: number): number {
  return (info >>> 24) & 0x7f;
}

/** The element count of a type, from its second word. 24 bits since Linux 7.x; the eight new bits were 0 before. */
export function vlenOf(info: number): number {
  return info & 0xffffff;
}

/**
 * Finds the sections and the start of each type, in one pass that reads two words per type.
 *
 * @throws {@link BtfError} when a section is outside the blob, or a type is outside its section.
 */
export function parseRaw(bytes: Uint8Array, isSplit: boolean): RawBtf {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.byteLength < MIN_HEADER) {
    throw new BtfError(`BTF of ${bytes.byteLength} bytes is shorter than its header`);
  }
  const littleEndian = view.getUint16(0, true) === MAGIC;
  if (!littleEndian && view.getUint16(0, false) !== MAGIC) {
    throw new BtfError("no BTF: the magic number is wrong");
  }
  const version = view.getUint8(2);
  if (version !== 1) throw new BtfError(`BTF version ${version} is unknown, only 1 exists`);
  const headerLength = view.getUint32(4, littleEndian);
  if (headerLength < MIN_HEADER || headerLength > bytes.byteLength) {
    throw new BtfError(`BTF header of ${headerLength} bytes in a blob of ${bytes.byteLength}`);
  }

  const section = (what: string, field: number): Uint8Array => {
    const offset = view.getUint32(field, littleEndian);
    const length = view.getUint32(field + 4, littleEndian);
    if (headerLength + offset + length > bytes.byteLength) {
      throw new BtfError(
        `BTF ${what} section ends at ${headerLength + offset + length}, the blob at ${bytes.byteLength}`,
      );
    }
    return bytes.subarray(headerLength + offset, headerLength + offset + length);
  };
  const types = section("type", 8);
  const strings = section("string", 16);
  const layout = headerLength >= LAYOUT_HEADER ? section("layout", 24) : new Uint8Array(0);

  checkStrings(strings, isSplit);
  const words = toWords(types, littleEndian);
  const starts = indexTypes(words, layout.length === 0 ? knownShapes : layoutShapes(layout));
  return {
    littleEndian,
    words,
    starts,
    strings: Buffer.from(strings.buffer, strings.byteOffset, strings.byteLength),
  };
}

function checkStrings(strings: Uint8Array, isSplit: boolean): void {
  if (strings.length === 0) {
    if (isSplit) return;
    throw new BtfError("BTF string section is empty");
  }
  if (strings[strings.length - 1] !== 0) throw new BtfError("BTF string section does not end with a NUL");
  if (!isSplit && strings[0] !== 0)
    throw new BtfError("BTF string section does not begin with the empty string");
}

function toWords(types: Uint8Array, littleEndian: boolean): Uint32Array {
  if (types.byteLength % 4 !== 0)
    throw new BtfError(`BTF type section of ${types.byteLength} bytes ends within a word`);
  const sameOrder = littleEndian === hostIsLittleEndian;
  if (sameOrder && types.byteOffset % 4 === 0) {
    return new Uint32Array(types.buffer, types.byteOffset, types.byteLength / 4);
  }
  const copy = new Uint8Array(types);
  if (!sameOrder) Buffer.from(copy.buffer).swap32();
  return new Uint32Array(copy.buffer);
}

/** The number of words after the three common words, by kind. */
interface Shapes {
  readonly fixed: Uint8Array;
  readonly perElement: Uint8Array;
}

function shapes(known: readonly (readonly [number, number])[]): Shapes {
  return {
    fixed: Uint8Array.from(known, ([fixed]) => fixed),
    perElement: Uint8Array.from(known, ([, perElement]) => perElement),
  };
}

const knownShapes = shapes(kindWords);

// struct btf_layout { u8 info_sz; u8 elem_sz; u16 flags; }, one for each kind.
function layoutShapes(layout: Uint8Array): Shapes {
  const known = [...kindWords];
  for (let kind = known.length; (kind + 1) * 4 <= layout.length; kind++) {
    const [fixed = 0, perElement = 0] = layout.subarray(kind * 4);
    if (fixed % 4 !== 0 || perElement % 4 !== 0) {
      throw new BtfError(
        `BTF kind ${kind} is laid out in ${fixed} and ${perElement} bytes, which is not a number of 32-bit words`,
      );
    }
    known.push([fixed / 4, perElement / 4]);
  }
  return shapes(known);
}

function indexTypes(words: Uint32Array, { fixed, perElement }: Shapes): Uint32Array {
  // No type is shorter than three words.
  const starts = new Uint32Array(Math.floor(words.length / 3));
  let count = 0;
  let at = 0;
  while (at < words.length) {
    if (at + 3 > words.length) throw new BtfError(`BTF type section ends within a type, at byte ${at * 4}`);
    const info = words[at + 1] as number;
    const kind = kindOf(info);
    if (kind === 0 || kind >= fixed.length) {
      throw new BtfError(`BTF kind ${kind} at byte ${at * 4} is unknown`);
    }
    starts[count++] = at;
    at += 3 + (fixed[kind] as number) + (perElement[kind] as number) * vlenOf(info);
  }
  if (at > words.length) throw new BtfError("BTF type section ends within its last type");
  return starts.subarray(0, count);
}
