import { invalidArgument } from "../arguments/index.ts";
import { copyFrom, type ViewPlace } from "../codec/index.ts";

/**
 * A read-only view of a record of unknown type in the memory of the ring. Its methods are those of DataView, limited to
 * the record. Numbers have the byte order of the machine.
 *
 * The view is valid until the handler returns. Then it shows another record. `bytes` makes a copy.
 */
export class RecordView {
  // A PlacedView without the declaration, because the published types omit internal members.
  readonly #place: ViewPlace;

  /** @internal */
  constructor(place: ViewPlace) {
    this.#place = place;
  }

  /** @internal */
  [copyFrom](): Uint8Array {
    return this.bytes();
  }

  /** The size of the record in bytes; 0 after the ring was closed. */
  get byteLength(): number {
    return this.#place.end - this.#place.offset;
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getUint8(offset: number): number {
    return this.#place.memory.getUint8(this.#at(offset, 1));
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getInt8(offset: number): number {
    return this.#place.memory.getInt8(this.#at(offset, 1));
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getUint16(offset: number): number {
    return this.#place.memory.getUint16(this.#at(offset, 2), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getInt16(offset: number): number {
    return this.#place.memory.getInt16(this.#at(offset, 2), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getUint32(offset: number): number {
    return this.#place.memory.getUint32(this.#at(offset, 4), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getInt32(offset: number): number {
    return this.#place.memory.getInt32(this.#at(offset, 4), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getBigUint64(offset: number): bigint {
    return this.#place.memory.getBigUint64(this.#at(offset, 8), littleEndian);
  }

  /** @throws {@link InvalidArgumentError} where the record has no such bytes. */
  getBigInt64(offset: number): bigint {
    return this.#place.memory.getBigInt64(this.#at(offset, 8), littleEndian);
  }

  /** Returns a copy of the record or of a part of it. */
  bytes(from = 0, to = this.byteLength): Uint8Array {
    if (!(isOffset(from) && isOffset(to) && from <= to && to <= this.byteLength))
      throw invalidArgument("bytes of the record", `from and to within 0 to ${this.byteLength}`, [from, to]);
    const { memory, offset } = this.#place;
    return new Uint8Array(memory.buffer, memory.byteOffset + offset + from, to - from).slice();
  }

  #at(offset: number, size: number): number {
    if (!(Number.isInteger(offset) && offset >= 0 && offset + size <= this.byteLength))
      outside(offset, size, this.byteLength);
    return this.#place.offset + offset;
  }
}

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
