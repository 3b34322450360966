import { type InspectOptions, inspect } from "node:util";
import { checkBytes, invalidArgument } from "../arguments/index.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import {
  type Codec,
  codecOf,
  codecOfArray,
  exactWithin,
  type FieldMeanings,
  type Meaning,
  type Storable,
  taggedMeaning,
  writeVariable,
} from "../codec/index.ts";
import { InvalidArgumentError, NoBtfError, ObjectFormatError } from "../errors/index.ts";
import { ifKnown, inspected, present } from "../format/inspected.ts";
import type { MapSpec } from "./map-spec.ts";

export interface VariableDefinition {
  /** The name, unique in the object. */
  readonly name: string;
  readonly cName: string;
  readonly section: string;
  readonly offset: number;
  readonly size: number;
  readonly declaration: TypeId | undefined;
  readonly type: TypeId | undefined;
  /** Whether the variable is invisible to other objects. */
  readonly isStatic: boolean;
  readonly constant: boolean;
  /** For an array at the end of its section, which is resized with the section: the size of an element in bytes. */
  readonly elementSize: number | undefined;
}

/** Bytes of the largest variable whose value `console.log` reads. */
const MAX_SHOWN = 1 << 20;

/** A global variable of an object, before loading. `value` is its initial value. */
export class VariableSpec<T = unknown> {
  /**
   * The name in the spec, in a generated loader and in the loaded collection. When linked files have static variables
   * with one name, the second is called `level_2`.
   */
  readonly name: string;
  /** The name in the C source. */
  readonly cName: string;
  /** `.data`, `.rodata`, `.bss`, `.kconfig`, `.addr_space.1` for the globals of an arena, … */
  readonly section: string;
  /** The offset in bytes from the start of the section. */
  readonly offset: number;
  /** The type in the object's BTF; undefined when it has none. */
  readonly type: TypeId | undefined;
  /** The declaration in the object's BTF, which decl tags refer to; undefined when it has none. */
  readonly declaration: TypeId | undefined;
  /** Whether the variable is declared `static` or hidden from other objects. */
  readonly isStatic: boolean;
  /** Whether the variable is read-only after loading. The verifier removes code that the value makes unreachable. */
  readonly constant: boolean;
  readonly #definition: VariableDefinition;
  readonly #map: MapSpec;
  readonly #btf: Btf | undefined;
  readonly #codec: Codec<T, Storable<T>> | undefined;
  readonly #fields: FieldMeanings | undefined;

  /** @internal */
  constructor(
    definition: VariableDefinition,
    map: MapSpec,
    btf: Btf | undefined,
    codec?: Codec<T, Storable<T>>,
    fields?: FieldMeanings,
  ) {
    this.#fields = fields;
    this.#definition = definition;
    this.#map = map;
    this.#btf = btf;
    this.#codec = codec;
    this.name = definition.name;
    this.cName = definition.cName;
    this.section = definition.section;
    this.offset = definition.offset;
    this.type = definition.type;
    this.declaration = definition.declaration;
    this.isStatic = definition.isStatic;
    this.constant = definition.constant;
  }

  /** The name of the map that contains the variable: the data section or the arena. */
  get map(): string {
    return this.#map.name;
  }

  /** The size in bytes. An array at the end of its section is resized with the section. */
  get size(): number {
    const { offset, size, elementSize } = this.#definition;
    const room = this.#map.dataSize - offset;
    // As in libbpf: a remainder that is smaller than an element leaves the array unchanged.
    if (!this.#map.isResized || elementSize === undefined || room < 0 || room % elementSize !== 0)
      return size;
    return room;
  }

  /**
   * The codec of the value.
   *
   * @throws {@link NoBtfError} when the object has no type for it.
   */
  get codec(): Codec<T, Storable<T>> {
    return this.codecOfSize(this.size);
  }

  /** The codec for a given size. @internal */
  codecOfSize(size: number): Codec<T, Storable<T>> {
    const isOriginal = size === this.#definition.size;
    if (isOriginal && this.#codec !== undefined) return this.#codec;
    if (this.type === undefined || this.#btf === undefined) {
      throw new NoBtfError(`the type of variable "${this.name}" is unknown`, {
        remedy: `Read its bytes: variables.${this.name}.bytes. Or compile with clang -g, and do not strip .BTF`,
      });
    }
    const options = { fields: this.#fields, meaning: this.meaning, subject: `variable "${this.name}"` };
    return (
      isOriginal ? codecOf(this.#btf, this.type, options) : codecOfArray(this.#btf, this.type, size, options)
    ) as Codec<T>;
  }

  /** The meaning of the value, if the options of the object or a decl tag give one. @internal */
  get meaning(): Meaning | undefined {
    if (this.declaration === undefined) return this.#fields?.[this.name];
    return this.#fields?.[this.name] ?? taggedMeaning(this.#btf?.declTags(this.declaration) ?? []);
  }

  /**
   * The initial value.
   *
   * @throws {@link NoBtfError} when the object has no type for the variable. Use `bytes` then.
   * @throws {@link ObjectFormatError} when the type is larger than the variable.
   */
  get value(): T {
    const bytes = this.bytes;
    return this.#codecFor(bytes).read(viewOf(bytes), 0, bytes.length);
  }

  /**
   * @throws {@link EncodeError} for a value that the C type cannot hold.
   * @throws {@link ObjectFormatError} when the type is larger than the variable.
   * @throws {@link InvalidArgumentError} for a variable of `.kconfig`: set it through `kconfig`.
   */
  set value(value: Storable<T>) {
    this.#checkWritable();
    // Written to a copy first, so that an error during encoding leaves the contents unchanged.
    const bytes = new Uint8Array(this.bytes);
    writeVariable(this.#codecFor(bytes), viewOf(bytes), this.name, value);
    this.bytes.set(bytes);
  }

  #codecFor(bytes: Uint8Array): Codec<T, Storable<T>> {
    const { codec } = this;
    if (codec.size <= bytes.length) return exactWithin(codec, bytes.length);
    throw new ObjectFormatError(
      `variable "${this.name}" has ${bytes.length} bytes, and its type ${codec.size}`,
      { section: this.section },
    );
  }

  /** The bytes of the value in the contents of its section, not copied. Assigned bytes must have the same length. */
  get bytes(): Uint8Array {
    const contents = this.#map.contents;
    if (contents === undefined || this.offset + this.size > contents.length) {
      throw new InvalidArgumentError(
        `section "${this.section}" was cut too short for variable "${this.name}"`,
      );
    }
    return contents.subarray(this.offset, this.offset + this.size);
  }

  /** Copies the bytes. @throws {@link InvalidArgumentError} for bytes of another length. */
  set bytes(bytes: Uint8Array) {
    this.#checkWritable();
    const given = checkBytes(bytes, `bytes of variable "${this.name}"`);
    if (given.length !== this.size)
      throw invalidArgument(`bytes of variable "${this.name}"`, `${this.size} bytes`, bytes);
    this.bytes.set(given);
  }

  /** For `console.log`. @internal */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { section, size } = this;
    if (size > MAX_SHOWN)
      return inspected(`VariableSpec "${this.name}"`, depth, options, () => present({ section, size }));
    const value = ifKnown(() => this.value) ?? ifKnown(() => this.bytes);
    return inspected(`VariableSpec "${this.name}"`, depth, options, () => present({ section, value }));
  }

  #checkWritable(): void {
    if (this.section === ".kconfig") {
      throw new InvalidArgumentError(
        `"${this.name}" is the kernel's configuration, which is filled in when loading`,
        { remedy: `Assign to kconfig.${this.name}.value, or give the kconfig option when loading` },
      );
    }
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
