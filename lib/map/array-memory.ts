import { invalidArgument } from "../arguments/index.ts";
import type { Codec, Storable } from "../codec/index.ts";
import { ClosedError, MapAccessError } from "../errors/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { encodeErrorIn } from "./errors.ts";
import type { MapBase } from "./map-base.ts";
import { mapping } from "./mapping.ts";

/** Constructor of a typed array: `Uint32Array`, `BigUint64Array`, … */
export interface TypedArrayConstructor<A> {
  new (buffer: ArrayBuffer, byteOffset?: number, length?: number): A;
  readonly BYTES_PER_ELEMENT: number;
  readonly name: string;
}

/**
 * The values of an array in memory shared with programs. Access is not synchronized: a value wider than 8 bytes may be
 * read half-written.
 *
 * After the map is closed, every method throws ClosedError, and typed arrays from `as` have length 0.
 */
export class ArrayMemory<V> implements Iterable<V> {
  /** Number of values. */
  readonly length: number;
  /** Distance between two values in bytes: the value size, rounded up to a multiple of 8. */
  readonly stride: number;
  /** False when the map is frozen or read-only for user space. */
  readonly writable: boolean;
  readonly #map: MapBase;
  readonly #value: Codec<V, unknown>;
  readonly #buffer: ArrayBuffer;
  readonly #view: DataView;

  /** @internal */
  constructor(map: MapBase, value: Codec<V, unknown>, writable: boolean) {
    this.#buffer = mapping(map, writable);
    this.#view = new DataView(this.#buffer);
    this.#map = map;
    this.#value = value;
    this.writable = writable;
    this.length = map.maxEntries;
    this.stride = roundUpTo8(map.valueSize);
  }

  /**
   * Returns the value at `index`; undefined past the end.
   *
   * @throws {@link ClosedError} after the map is closed.
   */
  get(index: number): V | undefined {
    if (typeof index !== "number" || index >>> 0 !== index || index >= this.length) return undefined;
    if (this.#map.closed) throw new ClosedError(`map "${this.#map.name}" is closed`);
    const at = index * this.stride;
    const { size } = this.#value;
    return this.#value.read(this.#view, at, at + size);
  }

  /**
   * Stores a value.
   *
   * @throws {@link InvalidArgumentError} past the end; {@link EncodeError} when the value does not fit its C type;
   * {@link MapAccessError} when the memory is read-only; {@link ClosedError} after the map is closed.
   */
  set(index: number, value: Storable<V>): this {
    if (typeof index !== "number" || index >>> 0 !== index || index >= this.length) {
      throw invalidArgument(`index of map "${this.#map.name}"`, `0 to ${this.length - 1}`, index);
    }
    this.#checkWritable();
    try {
      this.#value.write(this.#view, index * this.stride, value);
    } catch (error) {
      throw encodeErrorIn(this.#map.name, "value", this.#value, value, error);
    }
    return this;
  }

  /**
   * Returns the whole memory as one typed array. Consecutive values are `stride` bytes apart. The array stays shared
   * with programs, and has length 0 after the map is closed.
   *
   * @throws {@link MapAccessError} when the memory is read-only, since a write to it would kill the process. Use `get`
   * or `copy`.
   * @throws {@link ClosedError} after the map is closed.
   */
  as<A>(type: TypedArrayConstructor<A>): A {
    this.#checkWritable();
    if (typeof type !== "function" || !(8 % type.BYTES_PER_ELEMENT === 0))
      throw invalidArgument(`type of the memory of map "${this.#map.name}"`, "a typed array class", type);
    return new type(this.#buffer, 0, (this.length * this.stride) / type.BYTES_PER_ELEMENT);
  }

  /**
   * Returns a copy of the bytes of all values.
   *
   * @throws {@link ClosedError} after the map is closed.
   */
  copy(): Uint8Array {
    this.#checkOpen();
    return new Uint8Array(this.#buffer).slice();
  }

  /** Iterates over all values. */
  *[Symbol.iterator](): IterableIterator<V> {
    for (let index = 0; index < this.length; index++) yield this.get(index) as V;
  }

  #checkOpen(): void {
    if (this.#map.closed) throw new ClosedError(`map "${this.#map.name}" is closed`);
  }

  #checkWritable(): void {
    this.#checkOpen();
    if (this.writable) return;
    throw new MapAccessError("is mapped read-only", { map: this.#map.name, operation: "mmap" });
  }
}
