import { type InspectOptions, inspect } from "node:util";
import { checkBytes, invalidArgument } from "../arguments/index.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import {
  type Codec,
  codecOf,
  type FieldMeanings,
  type MapCodecs,
  type Meaning,
  type RecordCodecs,
} from "../codec/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { inspected, present } from "../format/inspected.ts";
import { type FoundRecords, onlyType } from "../records/index.ts";
import type { InitialSlot, LiveMap, MapDefinition, Pinning } from "./defined-map.ts";
import { checkMapFlags } from "./kernel-names.ts";
import { type MapFields, mapFieldNames } from "./map-fields.ts";
import { carriesRecords, type MapFlag, type MapType, mapFlagBits, mapFlagNames } from "./map-types.ts";
import { recordKinds } from "./record-kinds.ts";
import { recordType } from "./record-type.ts";
import { type StructOps, StructOpsEdits } from "./struct-ops.ts";
import type { StructOpsEdit } from "./write/edit-struct-ops.ts";

const editable = [...mapFieldNames, "pinning", "autocreate"] as const;

/** A key and its value. */
export type MapEntry = readonly [key: unknown, value: unknown];

/** The edits of a map. Absent properties are unchanged. */
export interface MapEdits extends Partial<Pick<MapDefinition, (typeof editable)[number]>> {
  /** The name by which libbpf finds the map. */
  readonly name: string;
  readonly pinPath?: string;
  readonly exclusiveProgram?: string;
  readonly contents?: Uint8Array;
  readonly entries?: readonly MapEntry[];
  readonly inner?: MapEdits;
  readonly replaceWith?: LiveMap;
}

/**
 * A map of an object, before loading. The next load applies assignments to its properties.
 *
 * Global variables are in maps too: one for each data section, with its name (`.data`, `.rodata`, `.bss`).
 */
export class MapSpec {
  /** The name in C, or the name of the data section. */
  readonly name: string;
  /** The name in the kernel, at most 15 characters. */
  readonly kernelName: string;
  /** The section that defines the map. */
  readonly section: string;
  /** The declaration in the object's BTF, which decl tags refer to; undefined for a data section. */
  readonly declaration: TypeId | undefined;
  /** The key type in the object's BTF; undefined when only its size is known. */
  readonly key: TypeId | undefined;
  /** The value type in the object's BTF; undefined when only its size is known. */
  readonly value: TypeId | undefined;
  /** The spec of the inner maps; undefined unless this is a map of maps. */
  readonly inner: MapSpec | undefined;
  /** The initial values of a map of maps or program array. */
  readonly slots: readonly InitialSlot[];
  /** The struct that a struct_ops map registers; undefined for other maps. */
  readonly structOps: StructOps | undefined;

  /** The map type. */
  type: MapType;
  /** Size of a key in bytes. */
  keySize: number;
  /** Maximum number of entries. For a ring buffer, bytes, which libbpf rounds up to a power-of-two number of pages. For an arena, pages. */
  maxEntries: number;
  /** The BPF_F_* flags as a number, including bits without a name in `flags`. */
  flagBits: number;
  /** NUMA node of the memory. Only used with the flag `numa-node`. */
  numaNode: number;
  /** Number of hash functions of a bloom filter, or address of an arena. @since Linux 5.16 */
  mapExtra: bigint;
  /** `by-name` shares one map among all processes that load an object with a map of that name. */
  pinning: Pinning;
  /** The path of the pin. Default: the map's name below the pin root of the load options. */
  pinPath: string | undefined;
  /** False omits the map when loading. The kernel rejects programs that use an omitted map. */
  autocreate: boolean;
  /**
   * The name of the only program of the object that may use the map. The kernel compares a hash of its instructions, also
   * when other processes load programs later. Default: any program.
   *
   * @since Linux 6.18
   */
  exclusiveProgram: string | undefined;
  /** A live map to use instead of a new one. It stays open, and the caller still owns it. */
  replaceWith: LiveMap | undefined;

  /**
   * Keys and values that loading stores in the map. Loading fails if one of them cannot be stored. They are also stored in
   * a map that was pinned before, or that `replaceWith` gives. Default: none.
   */
  entries: readonly MapEntry[] | undefined;

  readonly #definition: MapDefinition;
  readonly #btf: Btf | undefined;
  readonly #codecs: MapCodecs;
  readonly #sent: () => FoundRecords | undefined;
  readonly #fields: FieldMeanings | undefined;
  #contents: Uint8Array | undefined;
  #structOps: StructOpsEdits | undefined;
  #valueSize: number;

  /** @internal */
  constructor(
    definition: MapDefinition,
    btf: Btf | undefined,
    codecs: MapCodecs = {},
    sent: () => FoundRecords | undefined = () => undefined,
    fields?: FieldMeanings,
  ) {
    this.#fields = fields;
    this.#definition = definition;
    this.#btf = btf;
    this.#codecs = codecs;
    this.#sent = sent;
    this.name = definition.name;
    this.kernelName = definition.kernelName;
    this.section = definition.section;
    this.declaration = definition.declaration;
    this.key = definition.key;
    this.value = definition.value;
    this.inner = definition.inner && new MapSpec(definition.inner, btf, {}, undefined, fields);
    this.slots = definition.slots;
    this.structOps = definition.structOps;
    this.type = definition.type;
    this.keySize = definition.keySize;
    this.#valueSize = definition.valueSize;
    this.maxEntries = definition.maxEntries;
    this.flagBits = definition.flags;
    this.numaNode = definition.numaNode;
    this.mapExtra = definition.mapExtra;
    this.pinning = definition.pinning;
    this.autocreate = definition.autocreate;
  }

  /** Size of a value in bytes. For a data section, the size of the section: a larger size appends zeros. */
  get valueSize(): number {
    return this.#valueSize;
  }

  /** Sets the value size, in bytes. */
  set valueSize(bytes: number) {
    if (this.#contents !== undefined && this.#isSection && isSize(bytes)) {
      const resized = new Uint8Array(bytes);
      resized.set(this.#contents.subarray(0, bytes));
      this.#contents = resized;
    }
    this.#valueSize = bytes;
  }

  /** The BPF_F_* flags by name. */
  get flags(): readonly MapFlag[] {
    return mapFlagNames(this.flagBits);
  }

  /** @throws {@link InvalidArgumentError} for a flag that does not exist. */
  set flags(names: readonly MapFlag[]) {
    this.flagBits = mapFlagBits(checkMapFlags(names, `flags of map "${this.name}"`));
  }

  /** The fields of the creation request. @internal */
  get fields(): MapFields {
    const { type, keySize, valueSize, maxEntries, flagBits: flags, numaNode, mapExtra } = this;
    return { type, keySize, valueSize, maxEntries, flags, numaNode, mapExtra };
  }

  /** Whether the value is a data section of the object, of the same size. */
  get #isSection(): boolean {
    return this.#definition.data?.section !== undefined && this.#definition.type === "array";
  }

  /** The size of the memory for variables, in bytes. @internal */
  get dataSize(): number {
    return this.#isSection ? this.#valueSize : (this.#definition.data?.size ?? 0);
  }

  /** Whether the memory for variables has another size than in the object. @internal */
  get isResized(): boolean {
    return this.dataSize !== this.#definition.data?.size;
  }

  /** The section whose variables this map contains: `.data`; `.addr_space.1` for an arena; undefined for most maps. */
  get dataSection(): string | undefined {
    return this.#definition.data?.section;
  }

  /**
   * The initial contents of a data section, of the globals of an arena, or of a struct_ops map. Undefined for other
   * maps. The bytes can be changed in place. Assigning bytes of another length resizes a data section.
   *
   * @throws {@link InvalidArgumentError} when assigned for another map, or with a length that the map cannot have.
   */
  get contents(): Uint8Array | undefined {
    const { data } = this.#definition;
    if (data === undefined) return undefined;
    if (this.#contents === undefined) {
      this.#contents = new Uint8Array(isSize(this.dataSize) ? this.dataSize : data.size);
      if (data.bytes !== undefined) this.#contents.set(data.bytes.subarray(0, this.#contents.length));
    }
    return this.#contents;
  }

  /** Copies the bytes. */
  set contents(bytes: Uint8Array | undefined) {
    const { data, type } = this.#definition;
    if (data === undefined) {
      throw new InvalidArgumentError(`map "${this.name}" is not a data section: it has no initial contents`);
    }
    const subject = `contents of map "${this.name}"`;
    const given = checkBytes(bytes, subject);
    if (given.length !== data.size && (!this.#isSection || type !== "array"))
      throw invalidArgument(subject, `${data.size} bytes`, bytes);
    this.#contents = new Uint8Array(given);
    if (this.#isSection) this.#valueSize = given.length;
  }

  /**
   * The members of the struct that a struct_ops map registers, by name. A callback is the name of a struct_ops program
   * of the object, or undefined for none. Assignments apply to the next load.
   *
   * @throws {@link InvalidArgumentError} for another map; {@link UnknownNameError} for a member or program that the
   * object does not have; {@link EncodeError} for a value that a member cannot hold.
   *
   * @example
   * ```ts
   * const spec = CollectionSpec.fromFile("congestion.bpf.o");
   * spec.maps.congestion_control.members.name = "bpf_slow";
   * spec.maps.congestion_control.members.cong_avoid = "slow_cong_avoid";
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: a generated loader has the types of the members
  get members(): Record<string, any> {
    return this.#needStructOps().members;
  }

  #needStructOps(): StructOpsEdits {
    const { structOps } = this.#definition;
    if (structOps === undefined || this.#btf === undefined)
      throw new InvalidArgumentError(`map "${this.name}" is not a struct_ops map: it has no members`);
    this.#structOps ??= new StructOpsEdits(
      this.name,
      structOps,
      this.#btf,
      () => this.contents as Uint8Array,
    );
    return this.#structOps;
  }

  /** The new bytes and callbacks of a struct_ops map. Undefined if they are unchanged. @internal */
  get structOpsEdit(): StructOpsEdit | undefined {
    if (this.structOps === undefined) return undefined;
    const edits = this.#needStructOps();
    return this.#isWritten() || edits.isEdited ? edits.edit(this.contents as Uint8Array) : undefined;
  }

  /** The codec of the keys; undefined when the object has no type for them. */
  get keyCodec(): Codec<unknown> | undefined {
    return this.#codecs.key ?? this.#codec(this.key, "key");
  }

  /** The codec of the values; undefined when the object has no type for them. */
  get valueCodec(): Codec<unknown> | undefined {
    return this.#codecs.value ?? this.#codec(this.value, "value");
  }

  #codec(type: TypeId | undefined, part: "key" | "value"): Codec<unknown> | undefined {
    if (type === undefined || this.#btf === undefined) return undefined;
    return codecOf(this.#btf, type, {
      fields: this.#fields,
      meaning: this.meaningOf(part),
      subject: `${part} of map "${this.name}"`,
    });
  }

  /** The meaning of the keys or values that the options of the object give. @internal */
  meaningOf(part: "key" | "value"): Meaning | undefined {
    return this.#fields?.[`${this.name}.${part}`];
  }

  /**
   * The type of the records that programs send through the map, if its definition names one: the value type of a ring
   * buffer, or of a perf event array unless it is the integer of a file descriptor.
   */
  get record(): TypeId | undefined {
    return recordType(this, this.#btf);
  }

  /**
   * The codec of the records that programs send through the map: of the type in its definition, otherwise of the only
   * type that programs send. Undefined when the type is unknown, or when there are several.
   */
  get recordCodec(): Codec<unknown> | undefined {
    if (!carriesRecords(this.type) || this.#codecs.records !== undefined) return undefined;
    // Created from BTF if possible, even if a loader has its own codecs, because a view needs the layout of the codec.
    const own = this.#codec(this.record, "value") ?? this.#codecs.value;
    if (own !== undefined) return own;
    const sent = onlyType(this.#sent(), this.name);
    return sent && codecOf(sent.btf, sent.type, { fields: this.#fields });
  }

  /**
   * The codec for records of several types that a discriminator or the size distinguishes. Undefined otherwise.
   */
  get recordCodecs(): RecordCodecs | undefined {
    if (!carriesRecords(this.type) || this.record !== undefined) return undefined;
    if (this.#codecs.records !== undefined || this.#codecs.value !== undefined) return this.#codecs.records;
    const found = this.#sent();
    const records = found?.buffers.get(this.name);
    const kinds = found && records && recordKinds(records, this.type, found.btf);
    if (found === undefined || kinds === undefined) return undefined;
    const types = Array.from(
      kinds.types,
      ([name, type]) => [name, codecOf(found.btf, type, { fields: this.#fields })] as const,
    );
    return { types: Object.fromEntries(types), rule: kinds.rule };
  }

  /** The differences from the object. Undefined if there are none. @internal */
  edits(): MapEdits | undefined {
    const original = this.#definition;
    let changed: Record<string, unknown> | undefined;
    const change = (field: string, value: unknown): void => {
      changed ??= { name: this.name };
      changed[field] = value;
    };
    const now = { ...this.fields, pinning: this.pinning, autocreate: this.autocreate };
    for (const field of editable) if (now[field] !== original[field]) change(field, now[field]);
    if (this.pinPath !== undefined) change("pinPath", this.pinPath);
    if (this.exclusiveProgram !== undefined) change("exclusiveProgram", this.exclusiveProgram);
    if (this.replaceWith !== undefined) change("replaceWith", this.replaceWith);
    if (this.entries !== undefined) change("entries", this.entries);
    // The bytes of a struct_ops map are written into the object.
    if (this.structOps === undefined && this.#isWritten()) change("contents", this.#contents);
    const inner = this.inner?.edits();
    if (inner !== undefined) change("inner", inner);
    return changed as MapEdits | undefined;
  }

  #isWritten(): boolean {
    const now = this.#contents;
    const { data } = this.#definition;
    if (now === undefined || data === undefined) return false;
    if (now.length !== data.size) return !isZero(now) || data.bytes !== undefined;
    return data.bytes === undefined ? !isZero(now) : Buffer.compare(now, data.bytes) !== 0;
  }

  /** For `console.log`. @internal */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { type, keySize, valueSize, maxEntries, pinning, pinPath } = this;
    const flags = this.flags.length === 0 ? undefined : this.flags.join(" ");
    const pin = pinPath ?? (pinning === "none" ? undefined : pinning);
    return inspected(`MapSpec "${this.name}"`, depth, options, () =>
      present({ type, keySize, valueSize, maxEntries, flags, pin, replaceWith: this.replaceWith }),
    );
  }

  /** A copy with the same edits. */
  copy(): MapSpec {
    const copy = new MapSpec(this.#definition, this.#btf, this.#codecs, this.#sent, this.#fields);
    copy.#take(this);
    return copy;
  }

  #take(from: MapSpec): void {
    for (const field of editable) if (field !== "flags") Object.assign(this, { [field]: from[field] });
    this.flagBits = from.flagBits;
    this.pinPath = from.pinPath;
    this.exclusiveProgram = from.exclusiveProgram;
    this.replaceWith = from.replaceWith;
    this.entries = from.entries;
    this.#contents = from.#contents && new Uint8Array(from.#contents);
    if (from.#structOps !== undefined) this.#needStructOps().take(from.#structOps);
    if (this.inner !== undefined && from.inner !== undefined) this.inner.#take(from.inner);
  }
}

// Loading refuses an invalid size.
function isSize(bytes: number): boolean {
  return Number.isInteger(bytes) && bytes >= 0 && bytes <= 0x7fff_ffff;
}

// A section can have hundreds of megabytes. Comparing it with itself, shifted by one byte, with memcmp is fifty times
// faster than a loop.
function isZero(bytes: Uint8Array): boolean {
  return (
    bytes.length === 0 || (bytes[0] === 0 && Buffer.compare(bytes.subarray(1), bytes.subarray(0, -1)) === 0)
  );
}
