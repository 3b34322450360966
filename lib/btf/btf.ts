import { readFileSync } from "node:fs";
import { checkBytes, checkString, checkText, invalidArgument } from "../arguments/index.ts";
import { StringTable } from "../elf/string-table.ts";
import { BtfError, NoBtfError } from "../errors/index.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";
import { hiddenBtfRemedy } from "../kernel/kernel-btf.ts";
import { sysfsRemedy } from "../kernel/sysfs.ts";
import { checkId } from "./check-id.ts";
import { decodeType } from "./decode.ts";
import { type FlatBtf, flatten } from "./flat.ts";
import { kindNames } from "./kinds.ts";
import { NameIndex } from "./name-index.ts";
import { kindOf, parseRaw, type RawBtf } from "./raw.ts";
import type { BtfKind, BtfType, TypeId } from "./types.ts";

// No compiler nests typedefs, qualifiers and arrays this deep; a cycle does.
const MAX_DEPTH = 1024;

// Every size in BTF is 32 bits wide.
const MAX_SIZE = 0xffff_ffff;

const systemBtf = "/sys/kernel/btf";

// The BTF of the kernel has several megabytes. All users share it while one of them references it.
let kernel: WeakRef<Btf> | undefined;

const theVoid: BtfType = { kind: "void", id: 0, name: "void" };

/** Options of {@link Btf.parse}. */
export interface BtfOptions {
  /** The BTF that this one extends, for example that of the kernel for a module. */
  base?: Btf | undefined;
}

/**
 * The types of an object, the kernel or a module. Each type is decoded on first access.
 *
 * Reads the format of https://docs.kernel.org/bpf/btf.html in either byte order without system calls. The bytes are not
 * copied: do not change them.
 */
export class Btf {
  /** The BTF that this one extends; undefined when it is complete. */
  readonly base: Btf | undefined;
  readonly #raw: RawBtf;
  readonly #firstId: number;
  readonly #firstString: number;
  readonly #decoded = new Map<TypeId, BtfType>();
  readonly #strings: StringTable;
  #names: NameIndex | undefined;
  #tags: Map<TypeId, { component: number; name: string }[]> | undefined;

  private constructor(raw: RawBtf, base: Btf | undefined) {
    this.#raw = raw;
    this.base = base;
    this.#strings = new StringTable(raw.strings, (problem) => new BtfError(`BTF ${problem}`));
    this.#firstId = base?.typeCount ?? 1;
    this.#firstString = base?.stringsEnd ?? 0;
  }

  /**
   * Indexes a blob such as the `.BTF` section of an object or `/sys/kernel/btf/vmlinux`.
   *
   * @throws {@link BtfError} when the blob is truncated, inconsistent, or contains an unknown kind.
   */
  static parse(bytes: Uint8Array, options: BtfOptions = {}): Btf {
    const { base } = options;
    const raw = parseRaw(checkBytes(bytes, "bytes of Btf.parse"), base !== undefined);
    if (base !== undefined && base.littleEndian !== raw.littleEndian) {
      throw new BtfError("split BTF differs from its base in byte order");
    }
    return new Btf(raw, base);
  }

  /**
   * The types of the running kernel. They are read once and shared by all callers.
   *
   * @throws {@link NoBtfError} when the kernel has no BTF (CONFIG_DEBUG_INFO_BTF).
   *
   * @example
   * ```ts
   * const [task] = Btf.kernel().findAll("task_struct");
   * ```
   */
  static kernel(): Btf {
    const known = kernel?.deref();
    if (known !== undefined) return known;
    const btf = Btf.parse(readSystemBtf("vmlinux", "this kernel"));
    kernel = new WeakRef(btf);
    return btf;
  }

  /**
   * The types of a loaded kernel module. They extend those of the kernel.
   *
   * @param name - The name as lsmod prints it, for example `nf_conntrack`.
   * @throws {@link NoBtfError} when no module of that name is loaded, or it has no BTF.
   *
   * @since Linux 5.11
   */
  static module(name: string): Btf {
    if (!/^\w+$/.test(checkText(name, "name of Btf.module")))
      throw new NoBtfError(`no module is called ${JSON.stringify(name)}`, noRemedy);
    return Btf.parse(readSystemBtf(name, `module "${name}"`), { base: Btf.kernel() });
  }

  /** The byte order of the bytes that were read. */
  get littleEndian(): boolean {
    return this.#raw.littleEndian;
  }

  /** The sections, not decoded. @internal */
  get raw(): RawBtf {
    return this.#raw;
  }

  /** The first string offset of a BTF that extends this one. @internal */
  get stringsEnd(): number {
    return this.#firstString + this.#raw.strings.length;
  }

  /** The number of types, including `void` and those of the base. It is the first ID that does not exist. */
  get typeCount(): number {
    return this.#firstId + this.#raw.starts.length;
  }

  /** Returns the type with an ID. @throws {@link BtfError} when no type has the ID. */
  type(id: TypeId): BtfType {
    if (checkId(id) === 0) return theVoid;
    if (this.base !== undefined && id < this.#firstId) return this.base.type(id);
    let type = this.#decoded.get(id);
    if (type === undefined) {
      const start = this.#raw.starts[id - this.#firstId];
      if (start === undefined)
        throw new BtfError(`no BTF type has ID ${id}: the BTF has ${this.typeCount} types`);
      type = decodeType(id, this.#raw.words, start, this);
      this.#decoded.set(id, type);
    }
    return type;
  }

  /** Returns the first type with a name and, if given, a kind. */
  find(name: string, kind?: BtfKind): BtfType | undefined {
    for (const id of this.#idsOf(name)) {
      if (kind === undefined || this.kindOf(id) === kind) return this.type(id);
    }
    return undefined;
  }

  /** Returns all types with a name, ordered by ID. */
  findAll(name: string): BtfType[] {
    return this.#idsOf(name).map((id) => this.type(id));
  }

  /** Iterates over all types ordered by ID, those of the base first, without `void`. */
  *types(): IterableIterator<BtfType> {
    for (let id = 1; id < this.typeCount; id++) yield this.type(id);
  }

  /**
   * Returns the size of a type in bytes. Resolves typedefs, qualifiers and arrays. A pointer has 8 bytes, because BPF
   * is a 64-bit machine.
   *
   * @throws {@link BtfError} for a type without a size: void, a function, a forward declaration, a cycle.
   */
  sizeof(id: TypeId): number {
    let count = 1;
    let at = id;
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      const type = this.type(at);
      switch (type.kind) {
        case "int":
        case "float":
        case "struct":
        case "union":
        case "enum":
        case "enum64":
        case "datasec":
          return this.#checkSize(id, count * type.size);
        case "ptr":
          return this.#checkSize(id, count * 8);
        case "array":
          count = this.#checkSize(id, count * type.length);
          at = type.type;
          break;
        case "typedef":
        case "const":
        case "volatile":
        case "restrict":
        case "type-tag":
        case "decl-tag":
        case "var":
          at = type.type;
          break;
        default:
          throw new BtfError(
            `BTF type ${id} has no size: it is ${at === id ? "" : "based on "}a ${type.kind}`,
          );
      }
    }
    throw new BtfError(`BTF type ${id} contains itself`);
  }

  #checkSize(id: TypeId, size: number): number {
    if (size > MAX_SIZE) throw new BtfError(`BTF type ${id} is larger than ${MAX_SIZE} bytes`);
    return size;
  }

  /**
   * Returns the type without typedefs, qualifiers and tags.
   *
   * @throws {@link BtfError} when they form a cycle.
   */
  resolve(id: TypeId): BtfType {
    let type = this.type(id);
    for (let depth = 0; depth < MAX_DEPTH; depth++) {
      switch (type.kind) {
        case "typedef":
        case "const":
        case "volatile":
        case "restrict":
        case "type-tag":
        case "decl-tag":
          type = this.type(type.type);
          break;
        default:
          return type;
      }
    }
    throw new BtfError(`BTF type ${id} is a typedef of itself`);
  }

  /**
   * Returns the texts of `__attribute__((btf_decl_tag("…")))`.
   *
   * @param component - The index of a member or parameter. Default: the type itself.
   */
  declTags(id: TypeId, component = -1): string[] {
    this.#tags ??= this.#collectTags();
    const own = (this.#tags.get(checkId(id)) ?? [])
      .filter((tag) => tag.component === component)
      .map((tag) => tag.name);
    const inherited = this.base !== undefined && id < this.#firstId ? this.base.declTags(id, component) : [];
    return [...inherited, ...own];
  }

  #collectTags(): Map<TypeId, { component: number; name: string }[]> {
    const tags = new Map<TypeId, { component: number; name: string }[]>();
    for (let id = this.#firstId; id < this.typeCount; id++) {
      if (this.kindOf(id) !== "decl-tag") continue;
      const tag = this.type(id);
      if (tag.kind !== "decl-tag") continue;
      const of = tags.get(tag.type) ?? [];
      of.push({ component: tag.component, name: tag.name });
      tags.set(tag.type, of);
    }
    return tags;
  }

  /** The kind of a type that exists, without decoding it. @internal */
  kindOf(id: TypeId): BtfKind | undefined {
    if (id < this.#firstId) return this.base === undefined ? "void" : this.base.kindOf(id);
    const start = this.#raw.starts[id - this.#firstId] as number;
    return kindNames[kindOf(this.#raw.words[start + 1] as number)];
  }

  /** All types undecoded, those of the base included. @internal */
  flat(): FlatBtf {
    return flatten(this.#raw, this.base?.flat());
  }

  #idsOf(name: string): TypeId[] {
    if (checkString(name, "name of a BTF type") === "") return [];
    this.#names ??= new NameIndex(
      this.#raw,
      this.#firstString,
      this.base === undefined ? [] : this.base.#stringChunks(),
    );
    const own = this.#names.find(name);
    for (let i = 0; i < own.length; i++) own[i] = (own[i] as number) + this.#firstId;
    return this.base === undefined ? own : [...this.base.#idsOf(name), ...own];
  }

  #stringChunks(): { first: number; strings: Buffer }[] {
    const own = { first: this.#firstString, strings: this.#raw.strings };
    return this.base === undefined ? [own] : [...this.base.#stringChunks(), own];
  }

  /** Returns the text at an offset of the string section, to which line information refers. */
  string(offset: number): string {
    if (typeof offset !== "number") throw invalidArgument("offset of a BTF string", "a number", offset);
    if (offset === 0) return "";
    if (offset < this.#firstString && this.base !== undefined) return this.base.string(offset);
    return this.#strings.at(offset - this.#firstString);
  }
}

// The default remedy of NoBtfError applies to objects only.
const noRemedy = { remedy: undefined };

function readSystemBtf(file: string, what: string): Buffer {
  try {
    return readFileSync(`${systemBtf}/${file}`);
  } catch (cause) {
    rethrowUnlessMissing(`${systemBtf}/${file}`, cause);
    const isKernel = file === "vmlinux";
    const hidden = isKernel ? hiddenBtfRemedy() : sysfsRemedy();
    if (hidden !== undefined)
      throw new NoBtfError(`the BTF of ${what} cannot be read`, { cause, remedy: hidden });
    const remedy = isKernel
      ? "The kernel needs to be built with CONFIG_DEBUG_INFO_BTF"
      : "Load it, on a kernel built with CONFIG_DEBUG_INFO_BTF_MODULES (Linux 5.11)";
    throw new NoBtfError(`${what} has no BTF`, { cause, remedy });
  }
}
