import { Instruction } from "../../asm/index.ts";
import { ElfFile } from "../../elf/index.ts";
import { Code, type CodeFunction } from "../../records/index.ts";
import { type FunctionPlace, readInstructions } from "./instructions.ts";

const SLOT = 8;

interface Parsed {
  readonly elf: ElfFile;
  readonly code: Code;
  /** The instructions of a section by slot, once they were needed. */
  readonly sections: Map<number, ReadonlyMap<number, Instruction>>;
}

const parsed = new WeakMap<Uint8Array, Parsed>();

/**
 * The instructions of a program in the object, and those of the functions that it calls or passes as callbacks, directly
 * or through others.
 *
 * @throws {@link ElfError}, {@link BtfError}, {@link AsmError}, {@link ObjectFormatError} when the object contradicts
 * itself.
 */
export function readReachable(bytes: Uint8Array, program: FunctionPlace): Instruction[] {
  const object = parse(bytes);
  const { sectionIndex: section, instructionOffset: start, instructionCount } = program;
  const waiting: CodeFunction[] = [{ name: "", section, start, end: start + instructionCount }];
  const seen = new Set([`${section}:${start}`]);
  const found: Instruction[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const instructions = sectionOf(object, bytes, next.section);
    for (let slot = next.start; slot < next.end; slot++) {
      const instruction = instructions.get(slot);
      if (instruction === undefined) continue;
      found.push(instruction);
      const target = functionOf(object.code, next.section, slot);
      const id = target && `${target.section}:${target.start}`;
      if (target === undefined || id === undefined || seen.has(id)) continue;
      seen.add(id);
      waiting.push(target);
    }
  }
  return found;
}

/** A function in the code that libbpf loads for a program. */
export interface LoadedFunction extends CodeFunction {
  /** The index of its first instruction in the loaded code. */
  readonly loadedAt: number;
  /** The names of the functions that it calls or passes as callbacks, by slot in its section. */
  readonly uses: ReadonlyMap<number, string>;
  /** The names of the maps and data sections whose addresses it loads, by slot in its section. */
  readonly maps: ReadonlyMap<number, string>;
  /** The names of the variables of the kernel whose addresses it loads, by slot in its section. */
  readonly externs: ReadonlyMap<number, string>;
}

/**
 * The program and its functions, in the order of libbpf (bpf_object__reloc_code): each follows its first user, before
 * the other functions of that user.
 *
 * @throws Like {@link readReachable}.
 */
export function loadedFunctions(bytes: Uint8Array, name: string, program: FunctionPlace): LoadedFunction[] {
  const { code } = parse(bytes);
  const { sectionIndex: section, instructionOffset: start, instructionCount } = program;
  const found = new Map<string, LoadedFunction>();
  let loadedAt = 0;
  const add = (each: CodeFunction) => {
    const id = `${each.section}:${each.start}`;
    if (found.has(id)) return;
    const uses = new Map<number, string>();
    const maps = new Map<number, string>();
    const externs = new Map<number, string>();
    found.set(id, { ...each, loadedAt, uses, maps, externs });
    loadedAt += each.end - each.start;
    for (let slot = each.start; slot < each.end; slot++) {
      const map = mapOf(code, each.section, slot);
      if (map !== undefined) maps.set(slot, map);
      const extern = externOf(code, each.section, slot);
      if (extern !== undefined) externs.set(slot, extern);
      const target = functionOf(code, each.section, slot);
      if (target === undefined) continue;
      uses.set(slot, target.name);
      add(target);
    }
  };
  add({ name, section, start, end: start + instructionCount });
  return [...found.values()];
}

function parse(bytes: Uint8Array): Parsed {
  let object = parsed.get(bytes);
  if (object === undefined) {
    const elf = new ElfFile(bytes);
    object = { elf, code: new Code(elf), sections: new Map() };
    parsed.set(bytes, object);
  }
  return object;
}

function sectionOf(
  object: Parsed,
  bytes: Uint8Array,
  sectionIndex: number,
): ReadonlyMap<number, Instruction> {
  let instructions = object.sections.get(sectionIndex);
  if (instructions === undefined) {
    const size = object.elf.sections[sectionIndex]?.data.length ?? 0;
    const items = readInstructions(bytes, {
      sectionIndex,
      instructionOffset: 0,
      instructionCount: size / SLOT,
    });
    const bySlot = new Map<number, Instruction>();
    let slot = 0;
    for (const item of items) {
      if (!(item instanceof Instruction)) continue;
      bySlot.set(slot, item);
      slot += item.slots;
    }
    instructions = bySlot;
    object.sections.set(sectionIndex, instructions);
  }
  return instructions;
}

/** The function that an instruction calls, or whose address it loads. */
function functionOf(code: Code, section: number, slot: number): CodeFunction | undefined {
  const instruction = code.instruction(section, slot);
  if (instruction === undefined) return undefined;
  if (isLocalCall(instruction)) return code.callee(section, slot, instruction);
  const thing = instruction.slots === 2 ? code.loaded(section, slot, instruction)?.thing : undefined;
  return thing?.kind === "function" ? code.functionAt(thing.section, thing.slot) : undefined;
}

/** The map, or the data section, whose address an instruction loads. */
function mapOf(code: Code, section: number, slot: number): string | undefined {
  const instruction = code.instruction(section, slot);
  const thing = instruction?.slots === 2 ? code.loaded(section, slot, instruction)?.thing : undefined;
  return thing?.kind === "map" ? thing.map : thing?.kind === "data" ? thing.section : undefined;
}

/** The variable outside of the object whose address an instruction loads. */
function externOf(code: Code, section: number, slot: number): string | undefined {
  const instruction = code.instruction(section, slot);
  return instruction?.slots === 2 && code.loaded(section, slot, instruction) === undefined
    ? code.symbolName(section, slot)
    : undefined;
}

// BPF_CALL with BPF_PSEUDO_CALL.
function isLocalCall({ opcode, src }: Instruction): boolean {
  return opcode === 0x85 && src === 1;
}
