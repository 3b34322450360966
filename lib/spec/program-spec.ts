import { type InspectOptions, inspect } from "node:util";
import type { Item } from "../asm/index.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import { type Codec, codecOf } from "../codec/index.ts";
import { inspected, present } from "../format/inspected.ts";
import type { AttachType, ProgramType } from "../hooks/index.ts";
import { readInstructions } from "./read/instructions.ts";

/** A live program of this package, as a spec refers to one. */
export interface LiveProgram {
  readonly name: string;
  readonly type: ProgramType;
  readonly section: string;
  readonly fd: number;
}

/** A program as the object has it, before any edit. */
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
] as const;

/** What no object says of its programs. */
const unedited = { attachProgram: undefined, autoattach: true, flags: 0 };

/** What was changed on a program since it was read; what is absent was not. */
export interface ProgramEdits {
  readonly name: string;
  readonly type?: ProgramType;
  readonly attachType?: AttachType;
  readonly attachTo?: string;
  readonly attachProgram?: LiveProgram;
  readonly autoload?: boolean;
  readonly autoattach?: boolean;
  readonly flags?: number;
}

/** A program of an object, before it is loaded. Whatever can be assigned to is an edit that the next load applies. */
export class ProgramSpec {
  readonly name: string;
  /** As in `SEC("…")`, without the question mark that stands for `autoload = false`. */
  readonly section: string;
  /** The program may sleep: `.s` in its section. */
  readonly sleepable: boolean;
  /** The program takes XDP packets of several buffers: `xdp.frags`. */
  readonly xdpFrags: boolean;
  /** The function in the object's BTF. */
  readonly func: TypeId | undefined;
  /** Of eight bytes each, those of the functions that it calls not counted. */
  readonly instructionCount: number;
  /** Instructions before it in its section. */
  readonly instructionOffset: number;

  /** `unspec` when the section's name means nothing to libbpf: then it has to be set before loading. */
  type: ProgramType;
  /** Undefined where the type of program needs none. */
  attachType: AttachType | undefined;
  /**
   * What it attaches to, in the words of the section: `syscalls/sys_enter_execve`, `do_unlinkat`. For programs that
   * attach by BTF it is looked up when loading; for the others it is a default for attaching.
   */
  attachTo: string | undefined;
  /**
   * A live Program whose function `attachTo` is: what an `freplace` program replaces, or an `fentry` program traces.
   * The verifier has to see it, so that it is chosen before loading.
   */
  attachProgram: LiveProgram | undefined;
  /** False leaves the program out when loading: `SEC("?…")`. */
  autoload: boolean;
  /** False leaves the program out when the whole collection is attached. */
  autoattach: boolean;
  /** BPF_F_* to load the program with, besides those that its section stands for. */
  flags: number;

  readonly #definition: ProgramDefinition;
  readonly #object: Uint8Array;
  readonly #btf: Btf | undefined;
  #items: { readonly read: readonly Item[]; now: Item[] } | undefined;

  /** @param object - The object file. @internal */
  constructor(definition: ProgramDefinition, object: Uint8Array, btf?: Btf) {
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
  }

  /** The struct that its function points to with its first parameter, in the object's types; undefined for another. */
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

  /** Of `context`. */
  get contextCodec(): Codec<unknown> | undefined {
    const { context } = this;
    return this.#btf === undefined || context === undefined ? undefined : codecOf(this.#btf, context);
  }

  /**
   * Its instructions, with labels where jumps lead, maps, variables and functions by their names, lines of C, and CO-RE
   * relocations. The array may be changed in place, or another one assigned: the next load applies it.
   *
   * Functions that it calls are not in it.
   *
   * @throws {@link AsmError}, {@link ElfError}, {@link BtfError}, {@link ObjectFormatError} when the object contradicts
   * itself.
   */
  get instructions(): Item[] {
    if (this.#items === undefined) {
      const read = readInstructions(this.#object, this.#definition);
      this.#items = { read, now: [...read] };
    }
    return this.#items.now;
  }

  set instructions(items: readonly Item[]) {
    this.#items = {
      read: this.#items?.read ?? readInstructions(this.#object, this.#definition),
      now: [...items],
    };
  }

  /** The instructions when they are not those of the object; undefined otherwise. @internal */
  get editedInstructions(): readonly Item[] | undefined {
    if (this.#items === undefined) return undefined;
    const { read, now } = this.#items;
    const same = now.length === read.length && now.every((item, i) => item === read[i]);
    return same ? undefined : now;
  }

  /** Where its instructions are in the object. @internal */
  get sectionIndex(): number {
    return this.#definition.sectionIndex;
  }

  /** What differs from the object; undefined when nothing does. @internal */
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

  /** A spec of its own with the same edits. */
  copy(): ProgramSpec {
    const copy = new ProgramSpec(this.#definition, this.#object, this.#btf);
    if (this.#items !== undefined) copy.#items = { read: this.#items.read, now: [...this.#items.now] };
    const { type, attachType, attachTo, attachProgram, autoload, autoattach, flags } = this;
    return Object.assign(copy, { type, attachType, attachTo, attachProgram, autoload, autoattach, flags });
  }
}
