import { type InspectOptions, inspect } from "node:util";
import { checkBytes, invalidArgument } from "../arguments/index.ts";
import { type Codec, exactWithin, type Storable, writeVariable } from "../codec/index.ts";
import { isolated } from "../codec/isolated.ts";
import { ClosedError, InvalidArgumentError } from "../errors/index.ts";
import { ifKnown, inspected } from "../format/inspected.ts";
import { bytesOf } from "../memory/bytes-of.ts";

/**
 * A read-only global variable of a loaded object: a constant in `.rodata`, or a value of the kernel configuration.
 */
export interface ReadonlyVariable<T = unknown> {
  /** The name in C. */
  readonly name: string;
  /** True when the variable is in `.rodata` or `.kconfig`. */
  readonly constant: boolean;
  /** The value. Throws the errors of {@link Variable.value}. */
  readonly value: T;
  /** A copy of the bytes of the value. Throws the errors of {@link Variable.bytes}. */
  readonly bytes: Uint8Array;
}

/** The constructor arguments of a variable. */
export interface VariableOrigin<T> {
  readonly name: string;
  readonly constant: boolean;
  /** Bytes from the start of its section. */
  readonly offset: number;
  /** The size in bytes. */
  readonly size: number;
  /** Called at first use. */
  codec(): Codec<T, Storable<T>>;
}

/** The section that contains a variable. */
export interface VariableMemory {
  /** Returns the bytes of one variable. The first call maps the section. */
  view(offset: number, size: number, writable: boolean): DataView;
}

/**
 * A global variable of a loaded object. Access goes to memory that is shared with the programs, without a system call
 * and without a lock. A value wider than 64 bits may be read half-written.
 */
export class Variable<T = unknown> implements ReadonlyVariable<T> {
  readonly name: string;
  /** Whether the variable is read-only: in `.rodata` or `.kconfig`. */
  readonly constant: boolean;
  /** The size in bytes. */
  readonly size: number;
  readonly #memory: VariableMemory;
  readonly #origin: VariableOrigin<T>;
  #codec: Codec<T, Storable<T>> | undefined;
  // Exactly these bytes, so that writes cannot exceed them.
  #view: DataView | undefined;

  /** @internal */
  constructor(origin: VariableOrigin<T>, memory: VariableMemory) {
    this.name = origin.name;
    this.constant = origin.constant;
    this.size = origin.size;
    this.#memory = memory;
    this.#origin = origin;
    this.#codec = undefined;
    this.#view = undefined;
  }

  /**
   * The current value.
   *
   * @throws {@link ClosedError} after the collection is closed.
   * @throws {@link NoBtfError} when the object has no type for the variable. Use `bytes` then.
   * @throws {@link NotSupportedError} before Linux 5.5, which cannot share the memory.
   */
  get value(): T {
    this.#codec ??= exactWithin(isolated(this.#origin.codec()), this.size);
    return this.#codec.read(this.#open(), 0, this.size);
  }

  /**
   * @throws {@link EncodeError} when the value does not fit the C type.
   * @throws {@link InvalidArgumentError} when the variable is constant: set it in the spec, before loading.
   * @throws {@link ClosedError}, {@link NotSupportedError} as for reading.
   */
  set value(value: Storable<T>) {
    this.#checkWritable("value");
    this.#codec ??= exactWithin(isolated(this.#origin.codec()), this.size);
    writeVariable(this.#codec, this.#open(), this.name, value);
  }

  /**
   * A copy of the bytes of the value. Assigned bytes must have the same length.
   *
   * @throws {@link InvalidArgumentError} for bytes of another length, and when the variable is constant.
   * @throws {@link ClosedError}, {@link NotSupportedError} as for reading `value`.
   */
  get bytes(): Uint8Array {
    return bytesOf(this.#open()).slice();
  }

  set bytes(bytes: Uint8Array) {
    this.#checkWritable("bytes");
    const subject = `bytes of variable "${this.name}"`;
    const given = checkBytes(bytes, subject);
    if (given.length !== this.size) throw invalidArgument(subject, `${this.size} bytes`, bytes);
    bytesOf(this.#open()).set(given);
  }

  /** For `console.log`. @internal */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { name, constant } = this;
    const value = ifKnown(() => this.value) ?? ifKnown(() => this.bytes);
    if (value === undefined) return `[Variable "${name}", closed]`;
    return inspected(`Variable "${name}"`, depth, options, () => ({ value, ...(constant && { constant }) }));
  }

  #checkWritable(property: string): void {
    if (!this.constant) return;
    // The kernel has frozen that memory: a store would end the process.
    throw new InvalidArgumentError(`variable "${this.name}" is constant`, {
      remedy: `Set it before loading: spec.variables.${this.name}.${property} = …`,
    });
  }

  #open(): DataView {
    // Closing the map detaches the buffer.
    if (this.#view !== undefined && this.#view.buffer.byteLength === 0) {
      throw new ClosedError(`variable "${this.name}" is closed`);
    }
    this.#view ??= this.#memory.view(this.#origin.offset, this.size, !this.constant);
    return this.#view;
  }
}
