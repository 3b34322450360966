import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type InspectOptions, inspect } from "node:util";
import { checkBytes, checkPath } from "../arguments/index.ts";
import { checkId } from "../btf/check-id.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import { type Codec, codecOf, type FieldMeanings } from "../codec/index.ts";
import { EbpfError, NoBtfError, ObjectFileError, UnknownNameError } from "../errors/index.ts";
import { ifKnown, inspected, present } from "../format/inspected.ts";
import type { FoundRecords } from "../records/index.ts";
import { checkFields } from "./check-fields.ts";
import { checkContents } from "./create/check-contents.ts";
import type { ObjectContents } from "./create/contents.ts";
import { createObject } from "./create/create-object.ts";
import { findType, uniqueTypeName } from "./find-type.ts";
import type { KconfigSpec } from "./kconfig-spec.ts";
import type { KsymSpec } from "./ksym-spec.ts";
import { isLegacyMap, type LoadPlan } from "./load-plan.ts";
import type { MapEdits, MapSpec } from "./map-spec.ts";
import { checkObjectOptions, type ObjectOptions } from "./object-options.ts";
import { ObjectOrigin } from "./object-origin.ts";
import { type Parts, partsOf, type SpecNames } from "./object-parts.ts";
import type { ProgramEdits, ProgramSpec } from "./program-spec.ts";
import { inFile } from "./read/in-file.ts";
import { describeRecords, findSentRecords, type SentRecords } from "./sent-records.ts";
import { defineMaps } from "./write/define-maps.ts";
import { editInstructions } from "./write/edit-instructions.ts";
import { editStructOps } from "./write/edit-struct-ops.ts";
import { writeEdits } from "./write/write-edits.ts";

/** The edits of a spec as plain data. */
export interface ObjectEdits {
  readonly maps: readonly MapEdits[];
  readonly programs: readonly ProgramEdits[];
  /** Lines of kernel configuration that override the kernel's own. Empty for none. */
  readonly kconfig: string;
}

/**
 * The maps, programs and variables of a compiled BPF object. It can be inspected, edited and copied without a BPF
 * system call. It is not loaded.
 *
 * Access to a name that the object does not have throws {@link UnknownNameError}.
 */
export class ObjectSpec<N extends SpecNames = SpecNames> {
  readonly #origin: ObjectOrigin;
  /** The maps, programs and variables, created at first access. After that, they can be edited. */
  #parts: Parts<N> | undefined;

  /** Use {@link ObjectSpec.fromFile} or {@link ObjectSpec.fromBytes}. @internal */
  constructor(origin: ObjectOrigin, from?: ObjectSpec<N>) {
    this.#origin = origin;
    if (from !== undefined && from.#parts !== undefined)
      this.#parts = partsOf<N>(origin, () => this.sentRecords, from.#parts);
    // A generated loader was checked when it was generated, from the debug information that its object lacks.
    const { codecs, fields } = origin;
    if (fields !== undefined && from === undefined && codecs === undefined) {
      checkFields(this, fields);
      // The parts that the check accessed are not edited.
      this.#parts = undefined;
    }
  }

  /** The name of the object: that of its file up to the first dot, or the option `name`. */
  get name(): string {
    return this.#origin.name;
  }

  /** The object file. Do not change it: all specs of equal bytes share it. */
  get bytes(): Uint8Array {
    return this.#origin.bytes;
  }

  /** The byte order of the object. */
  get littleEndian(): boolean {
    return this.#origin.littleEndian;
  }

  /** The license. Empty when the object has none: the kernel then rejects helpers for GPL-compatible programs. */
  get license(): string {
    return this.#origin.definition.license;
  }

  /** The `version` section of old objects: a LINUX_VERSION_CODE. */
  get kernelVersion(): number | undefined {
    return this.#origin.definition.kernelVersion;
  }

  /** The types of the object; undefined when it was compiled without `-g`. */
  get btf(): Btf | undefined {
    return this.#origin.definition.btf;
  }

  get #made(): Parts<N> {
    this.#parts ??= partsOf<N>(this.#origin, () => this.sentRecords);
    return this.#parts;
  }

  /** The maps by their names in C. Data sections are called `.data`, `.rodata`, `.bss`. */
  get maps(): N["maps"] {
    return this.#made.maps;
  }

  /** The programs by their names in C, in the order of the object, without the functions that they call. */
  get programs(): N["programs"] {
    return this.#made.programs;
  }

  /** The global variables by their names in C, including static ones. */
  get variables(): N["variables"] {
    return this.#made.variables;
  }

  /** The values of the kernel configuration that the object refers to. */
  get kconfig(): Readonly<Record<string, KconfigSpec>> {
    return this.#made.kconfig;
  }

  /** The kernel variables and functions that the object refers to. */
  get ksyms(): Readonly<Record<string, KsymSpec>> {
    return this.#made.ksyms;
  }

  /** The plan for loading the object. Undefined after its parts were accessed, because they may be edited. @internal */
  get plan(): LoadPlan | undefined {
    return this.#parts === undefined ? this.#origin.plan : undefined;
  }

  /** The checksum that a generated loader has for the object. @internal */
  get checksum(): number | undefined {
    return this.#origin.description?.checksum;
  }

  /**
   * Reads an object file.
   *
   * @throws {@link ObjectFileError} when the file cannot be read.
   * @throws {@link ElfError}, {@link NotBpfError}, {@link NoBtfError}, {@link BtfError}, {@link ObjectFormatError} when
   * the file is not a valid BPF object.
   */
  static fromFile<T>(this: new (origin: ObjectOrigin) => T, path: string, options: ObjectOptions = {}): T {
    const { name = basename(checkPath(path, "path of an object file")).replace(/\..*$/s, ""), ...others } =
      checkObjectOptions(options, "fromFile");
    let bytes: Uint8Array;
    try {
      bytes = readFileSync(path);
    } catch (cause) {
      throw new ObjectFileError({ path, cause: cause as NodeJS.ErrnoException });
    }
    try {
      return new this(new ObjectOrigin(bytes, name, others));
    } catch (error) {
      throw error instanceof EbpfError ? inFile(path, error) : error;
    }
  }

  /**
   * Reads an object from memory.
   *
   * @throws {@link ElfError}, {@link NotBpfError}, {@link NoBtfError}, {@link BtfError}, {@link ObjectFormatError} when
   * the bytes are not a valid BPF object.
   */
  static fromBytes<T>(
    this: new (
      origin: ObjectOrigin,
    ) => T,
    bytes: Uint8Array,
    options: ObjectOptions = {},
  ): T {
    const { name = "object", ...others } = checkObjectOptions(options, "fromBytes");
    return new this(new ObjectOrigin(checkBytes(bytes, "bytes of an object"), name, others));
  }

  /**
   * Creates an object in memory from maps, global variables and instructions, without a compiler.
   *
   * @throws {@link AsmError} when an instruction refers to a name that the object does not have.
   * @throws {@link InvalidArgumentError} for an invalid name or number.
   *
   * @example
   * ```ts
   * const spec = CollectionSpec.create({
   *   license: "GPL",
   *   programs: { pass: { section: "xdp", instructions: [asm.mov(asm.r0, 2), asm.exit()] } },
   * });
   * using coll = await spec.load();
   * ```
   */
  static create<T>(
    this: new (
      origin: ObjectOrigin,
    ) => T,
    contents: ObjectContents,
    options: ObjectOptions = {},
  ): T {
    const { name = "object", linkedFrom, codecs, fields } = checkObjectOptions(options, "create");
    const bytes = createObject(checkContents(contents));
    return new this(new ObjectOrigin(bytes, name, { codecs, linkedFrom, fields }));
  }

  /** Returns an independent spec of the same object with the same edits. */
  copy(): this {
    const Class = this.constructor as new (origin: ObjectOrigin, from: ObjectSpec<N>) => this;
    return new Class(this.#origin, this);
  }

  /**
   * Returns the codec of a type by its name in C, with or without `struct`.
   *
   * @throws {@link UnknownNameError} when the object has no such type; {@link AmbiguousNameError} when it has several.
   * @throws {@link NoBtfError} when the object was compiled without `-g`.
   */
  typeCodec(name: string): Codec<unknown> {
    if (this.btf === undefined) {
      const given = this.#origin.codecs?.types?.[name.replace(/^(struct|union|enum) /, "")];
      if (given !== undefined) return given;
    }
    const id = this.typeId(name);
    const btf = this.btf as Btf;
    const { fields } = this;
    return codecOf(id < btf.typeCount ? btf : (this.sentRecords?.btf ?? btf), id, { fields });
  }

  /**
   * Returns the ID of a type by its name in C, with or without `struct`. Linked files can have different types with one
   * name. `event_1` and `event_2` select the first and the second.
   *
   * @throws {@link UnknownNameError} when the object has no such type.
   * @throws {@link AmbiguousNameError} when it has several.
   * @throws {@link NoBtfError} when the object was compiled without `-g`.
   */
  typeId(name: string): TypeId {
    if (this.btf === undefined)
      throw new NoBtfError(`cannot find type "${name}": object "${this.name}" has no BTF`);
    const where = `object "${this.name}"`;
    try {
      return findType(this.btf, name, where);
    } catch (error) {
      // A record can have a type that only the debug information (DWARF) has.
      const sent = error instanceof UnknownNameError ? this.sentRecords : undefined;
      if (sent === undefined || sent.btf === this.btf) throw error;
      return findType(sent.btf, name, where);
    }
  }

  /**
   * The types of the records that the object's programs send through ring and perf buffers, by the names of the maps.
   * They are found at the first access, from instructions and the debug information of `clang -g`. A buffer without
   * sends has no entry.
   */
  get records(): Readonly<Record<string, SentRecords>> {
    const { sentRecords: found } = this;
    if (found === undefined) return {};
    const maps: Readonly<Record<string, MapSpec>> = this.maps;
    return Object.fromEntries(
      Array.from(found.buffers, ([map, records]) => [
        map,
        describeRecords(map, records, maps[map]?.type ?? "ringbuf", found.btf),
      ]),
    );
  }

  /** The option `fields`. @internal */
  get fields(): FieldMeanings | undefined {
    return this.#origin.fields;
  }

  /** Undefined for an object without BTF, or without buffers. @internal */
  get sentRecords(): FoundRecords | undefined {
    return findSentRecords(this.#origin.definition);
  }

  /**
   * The name by which `typeId` finds a type. Undefined for a type without name in C.
   *
   * @throws {@link NoBtfError}
   */
  typeName(id: TypeId): string | undefined {
    if (this.btf === undefined) throw new NoBtfError(`object "${this.name}" has no types`);
    return uniqueTypeName(
      checkId(id) < this.btf.typeCount ? this.btf : (this.sentRecords?.btf ?? this.btf),
      id,
    );
  }

  /**
   * Returns the object as a file with the edits of the spec: instructions, members of struct_ops maps, sizes and other
   * properties of maps, values of variables. Legacy map definitions (`SEC("maps")`) become definitions of `.maps`.
   *
   * @throws {@link AsmError} when instructions refer to symbols that the object does not have.
   * @throws {@link ObjectFormatError} when a map cannot get a new definition, because it is static.
   * @throws {@link InvalidArgumentError} when the spec has edits that an object cannot contain: those of programs except
   * their instructions, of the kernel configuration, of inner maps, `replaceWith`, `pinPath`, `autocreate`, and other
   * values than 0 in `.bss`.
   */
  toBytes(): Uint8Array {
    const { programs, kconfig } = this.edits();
    const bytes = this.editedBytes();
    const written = writeEdits({ name: this.name, bytes, maps: mapsOf(this), programs, kconfig });
    // The caller may change the result.
    return written === this.bytes ? new Uint8Array(written) : written;
  }

  /** The object with edited instructions and struct_ops maps, without other edits. @internal */
  editedBytes(): Uint8Array {
    const edits = programsOf(this).flatMap(({ name, sectionIndex, editedInstructions: items }) =>
      items === undefined ? [] : { program: name, sectionIndex, items },
    );
    const bytes = edits.length === 0 ? this.bytes : editInstructions(this.bytes, edits);
    return mapsOf(this)
      .flatMap((map) => map.structOpsEdit ?? [])
      .reduce(editStructOps, bytes);
  }

  /** The object as libbpf reads it: with edited instructions, and without legacy maps. @internal */
  loadableBytes(): Uint8Array {
    const bytes = this.editedBytes();
    if (!mapsOf(this).some(isLegacyMap)) return bytes;
    // The definitions of the object, unedited: libbpf applies the edits after reading the object.
    const { maps } = new ObjectSpec(new ObjectOrigin(bytes, this.name, {}));
    return defineMaps(bytes, Object.values(maps).filter(isLegacyMap));
  }

  /** For `console.log`. @internal */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { maps, programs, kconfig } = this;
    const variables = Object.fromEntries(
      Object.entries(this.variables).map(([name, spec]) => [
        name,
        ifKnown(() => spec.value) ?? ifKnown(() => spec.bytes),
      ]),
    );
    return inspected(`${this.constructor.name} "${this.name}"`, depth, options, () =>
      present({ maps, programs, variables, kconfig: Object.keys(kconfig).length > 0 ? kconfig : undefined }),
    );
  }

  /** The changes since the object was read. @internal */
  edits(): ObjectEdits {
    const lines = Object.values(this.kconfig).flatMap((extern) => extern.line ?? []);
    return {
      maps: mapsOf(this).flatMap((map) => map.edits() ?? []),
      programs: programsOf(this).flatMap((program) => program.edits() ?? []),
      kconfig: lines.map((line) => `${line}\n`).join(""),
    };
  }
}

function mapsOf(spec: ObjectSpec): MapSpec[] {
  return Object.values(spec.maps);
}

function programsOf(spec: ObjectSpec): ProgramSpec[] {
  return Object.values(spec.programs);
}
