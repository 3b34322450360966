import type { Btf, TypeId } from "../btf/index.ts";
import { type Codec, codecOf, type Storable } from "../codec/index.ts";
import { InvalidArgumentError, NoBtfError } from "../errors.ts";
import type { MapSpec } from "./map-spec.ts";

export interface VariableDefinition {
  readonly name: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
  readonly type: TypeId | undefined;
  /** Not to be seen by other objects. */
  readonly isStatic: boolean;
  readonly constant: boolean;
}

/**
 * A global variable of an object, before it is loaded. What is assigned to `value` is what the programs begin with.
 */
export class VariableSpec<T = unknown> {
  readonly name: string;
  /** `.data`, `.rodata`, `.bss`, `.kconfig`, … */
  readonly section: string;
  /** Bytes from the start of the section. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
  /** In the object's BTF; undefined when it has none. */
  readonly type: TypeId | undefined;
  /** Declared `static`, or hidden from other objects. */
  readonly isStatic: boolean;
  /** The value cannot change once it is loaded: the verifier removes the code that it excludes. */
  readonly constant: boolean;
  readonly #map: MapSpec;
  readonly #btf: Btf | undefined;
  readonly #codec: Codec<T, Storable<T>> | undefined;

  /** @internal */
  constructor(
    definition: VariableDefinition,
    map: MapSpec,
    btf: Btf | undefined,
    codec?: Codec<T, Storable<T>>,
  ) {
    this.#map = map;
    this.#btf = btf;
    this.#codec = codec;
    this.name = definition.name;
    this.section = definition.section;
    this.offset = definition.offset;
    this.size = definition.size;
    this.type = definition.type;
    this.isStatic = definition.isStatic;
    this.constant = definition.constant;
  }

  /** Reads and writes the value. @throws NoBtfError when the object has no type for it. */
  get codec(): Codec<T, Storable<T>> {
    if (this.#codec !== undefined) return this.#codec;
    if (this.type === undefined || this.#btf === undefined) {
      throw new NoBtfError(`the type of variable "${this.name}" is unknown`);
    }
    return codecOf(this.#btf, this.type) as Codec<T>;
  }

  /**
   * The value in the spec.
   *
   * @throws NoBtfError when the object has no type for it; `bytes` works all the same.
   */
  get value(): T {
    const bytes = this.bytes;
    return this.codec.read(viewOf(bytes), 0, bytes.length);
  }

  /**
   * @throws EncodeError for a value that the C type cannot hold.
   * @throws InvalidArgumentError for a variable of `.kconfig`: those are set through `kconfig`.
   */
  set value(value: Storable<T>) {
    this.#checkWritable();
    // Written aside first, so that a value that is refused halfway changes nothing.
    const bytes = new Uint8Array(this.bytes);
    this.codec.write(viewOf(bytes), 0, value);
    this.bytes.set(bytes);
  }

  /** The value's bytes in the contents of its section, not copied. What is assigned is copied and must be as long. */
  get bytes(): Uint8Array {
    const contents = this.#map.contents;
    if (contents === undefined || this.offset + this.size > contents.length) {
      throw new InvalidArgumentError(
        `section "${this.section}" was cut too short for variable "${this.name}"`,
      );
    }
    return contents.subarray(this.offset, this.offset + this.size);
  }

  set bytes(bytes: Uint8Array) {
    this.#checkWritable();
    if (bytes.length !== this.size) {
      throw new InvalidArgumentError(`variable "${this.name}" is of ${this.size} bytes, not ${bytes.length}`);
    }
    this.bytes.set(bytes);
  }

  #checkWritable(): void {
    if (this.section === ".kconfig") {
      throw new InvalidArgumentError(
        `"${this.name}" is the kernel's configuration, which is filled in when loading`,
        `Assign to kconfig.${this.name}.value, or give the kconfig option when loading`,
      );
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
