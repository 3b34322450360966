import { hostIsLittleEndian } from "../memory/byte-order.ts";

const HEADER_SIZE = 24;
const MAGIC = 0xeb9f;

export interface BtfSections {
  /** Every field of the type section, in the host's byte order. */
  readonly words: ArrayLike<number>;
  /** The number of fields. Default: all. */
  readonly count?: number;
  readonly strings: Uint8Array;
  readonly littleEndian: boolean;
  /** The bytes of the header after the known fields. */
  readonly headerTail?: Uint8Array;
}

/** Writes BTF from its sections without checks. */
export function writeBtf(sections: BtfSections): Uint8Array<ArrayBuffer> {
  const { words, strings, littleEndian, headerTail = new Uint8Array(0) } = sections;
  const count = sections.count ?? words.length;
  const types = count * 4;
  const header = HEADER_SIZE + headerTail.length;
  const bytes = new Uint8Array(header + types + strings.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, MAGIC, littleEndian);
  view.setUint8(2, 1);
  for (const [i, value] of [header, 0, types, types, strings.length].entries()) {
    view.setUint32(4 + i * 4, value, littleEndian);
  }
  bytes.set(headerTail, HEADER_SIZE);
  if (littleEndian === hostIsLittleEndian && header % 4 === 0) {
    const section = new Uint32Array(bytes.buffer, header, count);
    for (let i = 0; i < count; i++) section[i] = words[i] as number;
  } else {
    for (let i = 0; i < count; i++) view.setUint32(header + i * 4, (words[i] as number) >>> 0, littleEndian);
  }
  bytes.set(strings, header + types);
  return bytes;
}
