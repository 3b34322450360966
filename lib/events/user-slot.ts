import type { Codec, Storable } from "../codec/index.ts";
import { InvalidArgumentError, SystemError } from "../errors/index.ts";

interface Ends {
  submit(bytes: Uint8Array): number;
  discard(): void;
}

/** Space for one record in a user ring buffer. Programs read no later record until it is submitted or discarded. */
export class UserSlot<T> {
  /** The bytes of the record, initially zeros. Writes after `submit` have no effect. */
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
      throw new InvalidArgumentError(`${this.#codec.name} does not fit into a slot of ${bytes.length} bytes`);
    this.#codec.write(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, value);
    return this;
  }

  /**
   * Submits the record to programs.
   *
   * @throws {@link InvalidArgumentError} when the slot was submitted or discarded, or the memory of `bytes` was transferred.
   * @throws {@link SystemError} when the kernel rejects the record. The slot can still be discarded.
   * @throws {@link ClosedError} when the ring is closed, which discards the slot.
   */
  submit(): void {
    if (!this.#open)
      throw new InvalidArgumentError(`the slot of ${this.#what} was already submitted or discarded`);
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

  /** Discards the record. Does nothing if the slot was submitted or discarded. */
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
