import { DwarfError } from "../errors/index.ts";

/** Reads consecutive numbers from a part of a section. */
export class DwarfCursor {
  at: number;
  readonly end: number;
  readonly bytes: Uint8Array;
  readonly littleEndian: boolean;
  readonly #view: DataView;
  readonly #section: string;

  /** @param section - The name of the section for messages, for example `.debug_info`. */
  constructor(section: string, bytes: Uint8Array, littleEndian: boolean, at = 0, end = bytes.length) {
    this.#section = section;
    this.bytes = bytes;
    this.littleEndian = littleEndian;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
    this.end = end;
    if (at > end || end > bytes.length) this.#fail(at);
  }

  skip(count: number): void {
    this.#take(count);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.littleEndian);
  }

  u24(): number {
    const at = this.#take(3);
    const [a, b, c] = [0, 1, 2].map((i) => this.#view.getUint8(at + i)) as [number, number, number];
    return this.littleEndian ? a | (b << 8) | (c << 16) : c | (b << 8) | (a << 16);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.littleEndian);
  }

  /** Exact up to 2^53. Larger offsets and sizes fail the next length check. */
  u64(): number {
    return Number(this.u64Exact());
  }

  u64Exact(): bigint {
    return this.#view.getBigUint64(this.#take(8), this.littleEndian);
  }

  /** Exact up to 2^53. */
  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new DwarfError(`DWARF ${this.#section}: a number at byte ${this.at} has more than ten bytes`);
  }

  /** Exact between -2^53 and 2^53. */
  sleb(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < 10; length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - scale;
    }
    throw new DwarfError(`DWARF ${this.#section}: a number at byte ${this.at} has more than ten bytes`);
  }

  ulebExact(): bigint {
    return this.#leb(false);
  }

  slebExact(): bigint {
    return this.#leb(true);
  }

  #leb(signed: boolean): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.u8();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        return signed && (byte & 0x40) !== 0 ? value - (1n << (shift + 7n)) : value;
      }
    }
    throw new DwarfError(`DWARF ${this.#section}: a number at byte ${this.at} has more than ten bytes`);
  }

  block(length: number): Uint8Array {
    const at = this.#take(length);
    return this.bytes.subarray(at, at + length);
  }

  /** Skips a NUL-terminated string. Returns its start. */
  string(): number {
    const start = this.at;
    const end = this.bytes.indexOf(0, start);
    if (end === -1 || end >= this.end) this.#fail(start);
    this.at = end + 1;
    return start;
  }

  #take(count: number): number {
    const { at } = this;
    if (!(count <= this.end - at)) this.#fail(at);
    this.at = at + count;
    return at;
  }

  #fail(at: number): never {
    throw new DwarfError(`DWARF ${this.#section} ends within the value at byte ${at}`);
  }
}
