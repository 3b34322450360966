import { type InspectOptions, inspect } from "node:util";
import { iterable } from "../arguments/index.ts";
import type { Instruction, Item } from "../asm/index.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import { type Codec, codecOf, type FieldMeanings } from "../codec/index.ts";
import { inspected, present } from "../format/inspected.ts";
import type { AttachType, ProgramType } from "../hooks/index.ts";
import type { LogLevel } from "../verifier/log-level.ts";
import { readInstructions } from "./read/instructions.ts";
import { type LoadedFunction, loadedFunctions, readReachable } from "./read/reachable.ts";

/** The properties of a live program that a spec uses. */
export interface LiveProgram {
  readonly name: string;
  readonly type: ProgramType;
  readonly section: string;
  readonly fd: number;
}

/** A program as defined in the object, before edits. */
export interface ProgramDefinition {
  readonly name: string;
  readonly section: string;
  readonly type: ProgramType;
  readonly attachType: AttachType | undefined;
  readonly attachTo: string | undefined;
  readonly sleepable: boolean;
  readonly xdpFrags: boolean;
  readonly autoload: boolean;
  readonly func: TypeId | undefined;
  readonly instructionCount: number;
  readonly instructionOffset: number;
  /** Index of its section in the ELF file. */
  readonly sectionIndex: number;
}

const editable = [
  "type",
  "attachType",
  "attachTo",
  "attachProgram",
  "autoload",
  "autoattach",
  "flags",
  "logLevel",
] as const;

/** The properties of a program that an object file cannot define. */
const unedited = { attachProgram: undefined, autoattach: true, flags: 0, logLevel: undefined };

/** The edits of a program. Absent properties are unchanged. */
export interface ProgramEdits {
  readonly name: string;
  readonly type?: ProgramType;
  readonly attachType?: AttachType;
  readonly attachTo?: string;
  readonly attachProgram?: LiveProgram;
  readonly autoload?: boolean;
  readonly autoattach?: boolean;
  readonly flags?: number;
  readonly logLevel?: LogLevel;
}

/** A program of an object, before loading. The next load applies assignments to its properties. */
export class ProgramSpec {
  /** The name of the function in C. */
  readonly name: string;
  /** The SEC name, without the question mark of `autoload = false`. */
  readonly section: string;
  /** Whether the program may sleep: `.s` in the SEC name. */
  readonly sleepable: boolean;
  /** Whether the program accepts XDP packets of several buffers: `xdp.frags`. */
  readonly xdpFrags: boolean;
  /** The ID of the function in the object's BTF. */
  readonly func: TypeId | undefined;
  /** The number of instructions of eight bytes, without the functions that the program calls. */
  readonly instructionCount: number;
  /** The number of instructions before the program in its section. */
  readonly instructionOffset: number;

  /** The program type. `unspec` when libbpf does not know the SEC name: then set the type before loading. */
  type: ProgramType;
  /** The attach type; undefined when the program type needs none. */
  attachType: AttachType | undefined;
  /**
   * The attach target, in the form of the SEC name: `syscalls/sys_enter_execve`, `do_unlinkat`. Loading resolves it for
   * programs that attach by BTF. For other programs it is the default target of `attach`.
   */
  attachTo: string | undefined;
  /**
   * The live program that contains the function `attachTo`, for freplace, fentry and fexit programs. The verifier
   * checks against it, so set it before loading.
   */
  attachProgram: LiveProgram | undefined;
  /** False omits the program when loading: `SEC("?…")`. */
  autoload: boolean;
  /** False excludes the program from `attach` of the collection. */
  autoattach: boolean;
  /** BPF_F_* flags of BPF_PROG_LOAD, in addition to those of the SEC name. Default 0. */
  flags: number;
  /** Verbosity of the verifier log of the program in `collection.log`. Default: that of the load. */
  logLevel: LogLevel | undefined;

  readonly #definition: ProgramDefinition;
  readonly #object: Uint8Array;
  readonly #btf: Btf | undefined;
  readonly #fields: FieldMeanings | undefined;
  #items: { readonly read: readonly Item[]; now: Item[] } | undefined;

  /** @param object - The object file. @internal */
  constructor(definition: ProgramDefinition, object: Uint8Array, btf?: Btf, fields?: FieldMeanings) {
    this.#fields = fields;
    this.#definition = definition;
    this.#object = object;
    this.#btf = btf;
    this.name = definition.name;
    this.section = definition.section;
    this.sleepable = definition.sleepable;
    this.xdpFrags = definition.xdpFrags;
    this.func = definition.func;
    this.instructionCount = definition.instructionCount;
    this.instructionOffset = definition.instructionOffset;
    this.type = definition.type;
    this.attachType = definition.attachType;
    this.attachTo = definition.attachTo;
    this.attachProgram = undefined;
    this.autoload = definition.autoload;
    this.autoattach = true;
    this.flags = 0;
    this.logLevel = undefined;
  }

  /** The ID of the struct that the context argument points to; undefined when it is not a struct. */
  get context(): TypeId | undefined {
    const btf = this.#btf;
    const func = this.func === undefined ? undefined : btf?.type(this.func);
    if (btf === undefined || func?.kind !== "func") return undefined;
    const proto = btf.type(func.type);
    const parameter = proto.kind === "func-proto" ? proto.params[0] : undefined;
    const pointer = parameter && btf.resolve(parameter.type);
    const target = pointer?.kind === "ptr" ? btf.resolve(pointer.type) : undefined;
    return target?.kind === "struct" ? target.id : undefined;
  }

  /** The codec of the struct `context`. */
  get contextCodec(): Codec<unknown> | undefined {
    const { context } = this;
    return this.#btf === undefined || context === undefined
      ? undefined
      : codecOf(this.#btf, context, { fields: this.#fields });
  }

  /**
   * The instructions, with labels, names of maps, variables and functions, lines of C, and CO-RE relocations. The
   * functions that the program calls are not included. Change the array in place or assign another one: the next load
   * applies it.
   *
   * @throws {@link AsmError}, {@link ElfError}, {@link BtfError}, {@link ObjectFormatError} when the object is
   * inconsistent.
   */
  get instructions(): Item[] {
    if (this.#items === undefined) {
      const read = readInstructions(this.#object, this.#definition);
      this.#items = { read, now: [...read] };
    }
    return this.#items.now;
  }

  /** Replaces the instructions. */
  set instructions(items: readonly Item[]) {
    this.#items = {
      read: this.#items?.read ?? readInstructions(this.#object, this.#definition),
      now: [...iterable(items, `instructions of program "${this.name}"`)],
    };
  }

  /** The unedited instructions of the program and of the functions that it calls. @internal */
  reachableInstructions(): Instruction[] {
    return readReachable(this.#object, this.#definition);
  }

  /** The functions that libbpf loads for the program, starting with the program itself. @internal */
  loadedFunctions(): LoadedFunction[] {
    return loadedFunctions(this.#object, this.name, this.#definition);
  }

  /** The instructions if they were changed; undefined otherwise. @internal */
  get editedInstructions(): readonly Item[] | undefined {
    if (this.#items === undefined) return undefined;
    const { read, now } = this.#items;
    const same = now.length === read.length && now.every((item, i) => item === read[i]);
    return same ? undefined : now;
  }

  /** The ELF section of the instructions. @internal */
  get sectionIndex(): number {
    return this.#definition.sectionIndex;
  }

  /** The edits; undefined for none. @internal */
  edits(): ProgramEdits | undefined {
    let changed: Record<string, unknown> | undefined;
    for (const field of editable) {
      if (this[field] === (field in unedited ? unedited : this.#definition)[field as never]) continue;
      changed ??= { name: this.name };
      changed[field] = this[field];
    }
    return changed as ProgramEdits | undefined;
  }

  /** For `console.log`. @internal */
  [inspect.custom](depth: number | null, options: InspectOptions): string {
    const { section, type, attachTo, instructionCount: instructions } = this;
    return inspected(`ProgramSpec "${this.name}"`, depth, options, () =>
      present({ section, type, attachTo, instructions, ...this.edits(), name: undefined }),
    );
  }

  /** Returns an independent spec with the same edits. */
  copy(): ProgramSpec {
    const copy = new ProgramSpec(this.#definition, this.#object, this.#btf, this.#fields);
    if (this.#items !== undefined) copy.#items = { read: this.#items.read, now: [...this.#items.now] };
    for (const field of editable) Object.assign(copy, { [field]: this[field] });
    return copy;
  }
}
