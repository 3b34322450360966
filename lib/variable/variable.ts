import { type InspectOptions, inspect } from "node:util";
import { checkBytes, invalidArgument } from "../arguments/index.ts";
import { type Codec, exactWithin, type Storable } from "../codec/index.ts";
import { isolated } from "../codec/isolated.ts";
import { ClosedError, InvalidArgumentError } from "../errors/index.ts";
import { ifKnown, inspected } from "../format/inspected.ts";
import { bytesOf } from "../memory/bytes-of.ts";

/**
 * A global variable of a loaded object that cannot change any more: it is in `.rodata`, or the kernel's configuration.
 */
export interface ReadonlyVariable<T = unknown> {
  readonly name: string;
  readonly constant: boolean;
  /** What it holds. Throws what reading a {@link Variable} throws. */
  readonly value: T;
  /** A copy of its bytes, whatever its type. Throws what `bytes` of a {@link Variable} throws. */
  readonly bytes: Uint8Array;
}

/** What a variable is made from. */
export interface VariableOrigin<T> {
  readonly name: string;
  readonly constant: boolean;
  /** Bytes from the start of its section. */
  readonly offset: number;
  /** Bytes that it has room for. */
  readonly size: number;
  /** Made when it is asked for. */
  codec(): Codec<T, Storable<T>>;
}

/** The section that a variable is in. */
export interface VariableMemory {
  /** The bytes of one variable. The section is mapped when it is first asked for. */
  view(offset: number, size: number, writable: boolean): DataView;
}

/**
 * A global variable of a loaded object, read and written in the memory that it shares with the programs: no system
 * call, and no lock. What is wider than 64 bits may be seen half-written.
 */
export class Variable<T = unknown> implements ReadonlyVariable<T> {
  readonly name: string;
  /** In `.rodata` or `.kconfig`: it cannot change any more. */
  readonly constant: boolean;
  /** Bytes. */
  readonly size: number;
  readonly #memory: VariableMemory;
  readonly #origin: VariableOrigin<T>;
  #codec: Codec<T, Storable<T>> | undefined;
  // Of these bytes and no more, so that nothing is written beyond them.
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
   * What it holds now.
   *
   * @throws {@link ClosedError} after the collection is closed.
   * @throws {@link NoBtfError} when the object has no type for it; `bytes` works all the same.
   * @throws {@link NotSupportedError} when the memory cannot be shared: before Linux 5.5.
   */
  get value(): T {
    this.#codec ??= exactWithin(isolated(this.#origin.codec()), this.size);
    return this.#codec.read(this.#open(), 0, this.size);
  }

  /**
   * @throws {@link EncodeError} when the value does not fit the C type.
   * @throws {@link InvalidArgumentError} when the variable is constant: set it in the spec, before loading.
   * @throws {@link ClosedError} and {@link NotSupportedError} as reading does.
   */
  set value(value: Storable<T>) {
    this.#checkWritable("value");
    this.#codec ??= exactWithin(isolated(this.#origin.codec()), this.size);
    this.#codec.write(this.#open(), 0, value);
  }

  /**
   * A copy of its bytes, whatever its type. What is assigned must be as long.
   *
   * @throws {@link InvalidArgumentError} for bytes of another length, and when the variable is constant.
   * @throws {@link ClosedError} and {@link NotSupportedError} as reading `value` does.
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
