import type { Codec, Storable } from "./codec/index.ts";
import { ClosedError, InvalidArgumentError } from "./errors.ts";

/** A global variable of a loaded object that cannot change any more: it is in `.rodata`, or the kernel's configuration. */
export interface ReadonlyVariable<T = unknown> {
  readonly name: string;
  readonly constant: boolean;
  /** What it holds. Throws what reading a {@link Variable} throws. */
  readonly value: T;
}

/** What a variable is made from. */
export interface VariableOrigin<T> {
  readonly name: string;
  readonly constant: boolean;
  /** Bytes from the start of its section. */
  readonly offset: number;
  /** Made when it is asked for. */
  readonly codec: Codec<T, Storable<T>>;
}

/** The section that a variable is in. */
export interface VariableMemory {
  /** Mapped when it is first asked for. */
  view(writable: boolean): DataView;
}

/**
 * A global variable of a loaded object, read and written in the memory that it shares with the programs: no system
 * call, and no lock. What is wider than 64 bits may be seen half-written.
 */
export class Variable<T = unknown> implements ReadonlyVariable<T> {
  readonly name: string;
  /** In `.rodata` or `.kconfig`: it cannot change any more. */
  readonly constant: boolean;
  readonly #offset: number;
  readonly #memory: VariableMemory;
  readonly #origin: VariableOrigin<T>;
  #codec: Codec<T, Storable<T>> | undefined;

  /** @internal */
  constructor(origin: VariableOrigin<T>, memory: VariableMemory) {
    this.name = origin.name;
    this.constant = origin.constant;
    this.#offset = origin.offset;
    this.#memory = memory;
    this.#origin = origin;
    this.#codec = undefined;
  }

  /**
   * What it holds now.
   *
   * @throws ClosedError after the collection is closed.
   * @throws NotSupportedError when the memory cannot be shared: before Linux 5.5.
   */
  get value(): T {
    this.#codec ??= this.#origin.codec;
    return this.#codec.read(this.#open(), this.#offset, this.#offset + this.#codec.size);
  }

  /**
   * @throws EncodeError when the value does not fit the C type.
   * @throws InvalidArgumentError when the variable is constant: set it in the spec, before loading.
   * @throws ClosedError and NotSupportedError as reading does.
   */
  set value(value: Storable<T>) {
    if (this.constant) {
      // The kernel has frozen that memory: a store would end the process.
      throw new InvalidArgumentError(
        `variable "${this.name}" is constant`,
        `Set it before loading: spec.variables.${this.name}.value = …`,
      );
    }
    this.#codec ??= this.#origin.codec;
    this.#codec.write(this.#open(), this.#offset, value);
  }

  #open(): DataView {
    const view = this.#memory.view(!this.constant);
    // Closing the map detaches the buffer.
    if (view.buffer.byteLength === 0) throw new ClosedError(`variable "${this.name}"`);
    return view;
  }
}
