import { invalidArgument } from "../arguments/index.ts";
import { copyFrom, moveTo } from "../codec/view-of.ts";

/**
 * A read-only view of a record of unknown type in the memory of the ring. Its methods are those of DataView, limited to
 * the record. Numbers have the byte order of the machine.
 *
 * The view is valid until the handler returns. Then it shows another record. `bytes` makes a copy.
 */
export class RecordView {
  // A MovableView without the declaration, because the published types omit the members of MovableView.
  #memory: DataView = emptyMemory;
  #offset = 0;
  #length = 0;

  /** @internal */
  [moveTo](memory: DataView, offset: number, end: number): void {
    this.#memory = memory;
    this.#offset = offset;
    this.#length = end - offset;
  }

  /** Empties the view. @internal */
  forget(): void {
    this[moveTo](emptyMemory, 0, 0);
  }

  /** @internal */
  [copyFrom](): Uint8Array {
    return this.bytes();
  }

  /** The size of the record in bytes; 0 after the ring was closed. */
  get byteLength(): number {
    return this.#length;
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getUint8(offset: number): number {
    return this.#memory.getUint8(this.#at(offset, 1));
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getInt8(offset: number): number {
    return this.#memory.getInt8(this.#at(offset, 1));
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getUint16(offset: number): number {
    return this.#memory.getUint16(this.#at(offset, 2), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getInt16(offset: number): number {
    return this.#memory.getInt16(this.#at(offset, 2), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getUint32(offset: number): number {
    return this.#memory.getUint32(this.#at(offset, 4), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getInt32(offset: number): number {
    return this.#memory.getInt32(this.#at(offset, 4), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getBigUint64(offset: number): bigint {
    return this.#memory.getBigUint64(this.#at(offset, 8), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getBigInt64(offset: number): bigint {
    return this.#memory.getBigInt64(this.#at(offset, 8), littleEndian);
  }

  /** Returns a copy of the record or of a part of it. */
  bytes(from = 0, to = this.#length): Uint8Array {
    if (!(isOffset(from) && isOffset(to) && from <= to && to <= this.#length))
      throw invalidArgument("bytes of the record", `from and to within 0 to ${this.#length}`, [from, to]);
    const { buffer, byteOffset } = this.#memory;
    return new Uint8Array(buffer, byteOffset + this.#offset + from, to - from).slice();
  }

  #at(offset: number, size: number): number {
    if (!(Number.isInteger(offset) && offset >= 0 && offset + size <= this.#length))
      outside(offset, size, this.#length);
    return this.#offset + offset;
  }
}

const emptyMemory = new DataView(new ArrayBuffer(0));
/** The byte order of this machine, which loaded programs also have. */
export const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

function isOffset(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function outside(offset: number, size: number, length: number): never {
  throw length >= size
    ? invalidArgument(`offset of ${size} bytes in the record`, `0 to ${length - size}`, offset)
    : invalidArgument(`offset of ${size} bytes in the record`, `a record of ${size} bytes or more`, offset);
}
