import type { Codec, Storable } from "../codec/index.ts";
import { InvalidArgumentError, SystemError } from "../errors/index.ts";

interface Ends {
  submit(bytes: Uint8Array): number;
  discard(): void;
}

/** Room for one record in a user ring buffer. Until it is submitted or discarded, the kernel waits at it. */
export class UserSlot<T> {
  /** The record, zeros at first. Writing to it after `submit` has no effect. */
  readonly bytes: Uint8Array;
  readonly #what: string;
  readonly #codec: Codec<T, Storable<T>>;
  readonly #ends: Ends;
  readonly #size: number;
  #open = true;

  /** @internal */
  constructor(what: string, bytes: Uint8Array, codec: Codec<T, Storable<T>>, ends: Ends) {
    this.#what = what;
    this.bytes = bytes;
    this.#size = bytes.length;
    this.#codec = codec;
    this.#ends = ends;
  }

  /**
   * Encodes a value into the record.
   *
   * @throws {@link EncodeError} when it does not fit its C type.
   * @throws {@link InvalidArgumentError} when the slot is smaller than the type.
   */
  write(value: Storable<T>): this {
    const { bytes } = this;
    if (bytes.length < this.#codec.size)
      throw new InvalidArgumentError(`a slot of ${bytes.length} bytes has no room for ${this.#codec.name}`);
    this.#codec.write(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, value);
    return this;
  }

  /**
   * Lets the kernel have the record.
   *
   * @throws {@link InvalidArgumentError} when it was submitted or discarded before, or the memory of `bytes` was given away.
   * @throws {@link SystemError} when the record is refused; the slot can still be discarded.
   * @throws {@link ClosedError} when the ring is closed, which has discarded it.
   */
  submit(): void {
    if (!this.#open)
      throw new InvalidArgumentError(`the slot of ${this.#what} is submitted or discarded already`);
    if (this.bytes.length !== this.#size) {
      throw new InvalidArgumentError(
        `bytes of a slot of ${this.#what}: expected ${this.#size} bytes, received ${this.bytes.length}`,
        { remedy: "Its memory was transferred: discard the slot" },
      );
    }
    const status = this.#ends.submit(this.bytes);
    if (status !== 0) {
      throw new SystemError(`cannot submit a record to ${this.#what}`, {
        operation: "submit",
        errno: -status,
      });
    }
    this.#open = false;
  }

  /** Has the kernel pass over the record. Does nothing when it was submitted or discarded before. */
  discard(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#ends.discard();
  }

  /** `discard`, for `using`. */
  [Symbol.dispose](): void {
    this.discard();
  }
}
