/** Reads numbers of an ELF file in its byte order, with the word size of its class. */
export class ElfWords {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  readonly #littleEndian: boolean;
  readonly #is64: boolean;

  constructor(bytes: Uint8Array, littleEndian: boolean, is64: boolean) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#littleEndian = littleEndian;
    this.#is64 = is64;
  }

  u8(at: number): number {
    return this.#view.getUint8(at);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, this.#littleEndian);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, this.#littleEndian);
  }

  // Exact up to 2^53. A larger value exceeds the length of any file and fails the next length check.
  u64(at: number): number {
    const low = this.u32(at + (this.#littleEndian ? 0 : 4));
    return this.u32(at + (this.#littleEndian ? 4 : 0)) * 0x1_0000_0000 + low;
  }

  /** A number of 4 or 8 bytes, by the class of the file. */
  word(at: number): number {
    return this.#is64 ? this.u64(at) : this.u32(at);
  }
}
