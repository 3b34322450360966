import {
  decode,
  type Instruction,
  type Item,
  Label,
  type Origin,
  type Target,
  withLabels,
} from "../../asm/index.ts";
import { labelName } from "../../asm/labels.ts";
import { calls, pseudo } from "../../asm/opcodes.ts";
import { Btf, BtfExt } from "../../btf/index.ts";
import {
  type ElfFile,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  readBpfObject,
  sectionFlags,
  symbolTypes,
} from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";
import { JUMP_TABLES, jumpTablesOf } from "../jump-tables.ts";
import { isMapSection } from "../map-sections.ts";

const INSTRUCTION = 8;

/** The place of a program in its object. */
export interface FunctionPlace {
  readonly sectionIndex: number;
  readonly instructionOffset: number;
  readonly instructionCount: number;
}

/**
 * The instructions of a program as data: places named, maps, variables and functions by their names, with the lines of
 * C and the CO-RE relocations of the object.
 *
 * @throws {@link ElfError}, {@link BtfError}, {@link AsmError}, {@link ObjectFormatError} when the object contradicts
 * itself.
 */
export function readInstructions(bytes: Uint8Array, place: FunctionPlace): Item[] {
  const elf = readBpfObject(bytes);
  const section = elf.sections[place.sectionIndex];
  if (section === undefined)
    throw new ObjectFormatError(`section ${place.sectionIndex} does not exist`, { section: "" });
  const start = place.instructionOffset * INSTRUCTION;
  const end = start + place.instructionCount * INSTRUCTION;
  const relocations = new Map<number, ElfRelocation>();
  for (const relocation of elf.relocations(section)) relocations.set(relocation.offset, relocation);
  const origins = readOrigins(elf, section.name);
  let at = start;
  const instructions = decode(section.data.subarray(start, end), { littleEndian: elf.littleEndian }).map(
    (instruction) => {
      const origin = origins.get(at);
      const relocation = relocations.get(at);
      at += instruction.slots * INSTRUCTION;
      const placed =
        relocation === undefined ? instruction : relocate(elf, section.name, instruction, relocation);
      return origin === undefined ? placed : placed.with({ origin });
    },
  );
  return withLabels(instructions, tableLabels(elf, section, start, end));
}

/** Labels at the targets of the jump tables of a function. */
function tableLabels(elf: ElfFile, section: ElfSection, start: number, end: number): Map<number, Label> {
  const slots = jumpTablesOf(elf, section)
    .filter(({ user }) => user >= start && user < end)
    .flatMap(({ entries }) => entries)
    .filter(({ place }) => place >= start && place < end)
    .map(({ place }) => (place - start) / INSTRUCTION);
  return new Map(slots.map((slot) => [slot, new Label(labelName(slot))]));
}

function readOrigins(elf: ElfFile, section: string): Map<number, Origin> {
  const origins = new Map<number, Origin>();
  const [btf, ext] = [elf.section(".BTF")?.data, elf.section(".BTF.ext")?.data];
  if (btf === undefined || ext === undefined) return origins;
  const { lines, core } = new BtfExt(ext, Btf.parse(btf));
  for (const { offset, ...line } of lines.get(section) ?? []) origins.set(offset, { line });
  for (const { offset, ...relocation } of core.get(section) ?? []) {
    origins.set(offset, { ...origins.get(offset), core: relocation });
  }
  return origins;
}

function relocate(
  elf: ElfFile,
  section: string,
  instruction: Instruction,
  { symbol }: ElfRelocation,
): Instruction {
  const isCall = instruction.slots === 1;
  if (symbol.section === 0) {
    const { name } = symbol;
    // The object has BPF_PSEUDO_CALL, which libbpf changes.
    if (isCall) return instruction.with({ imm: 0, src: calls.kfunc, target: { kind: "kfunc", name } });
    return instruction.with({ imm: 0, src: pseudo.btfId, target: { kind: "ksym", name } });
  }
  const target = elf.sections[symbol.section];
  if (target === undefined)
    throw new ObjectFormatError(`symbol "${symbol.name}" is in no section`, { section });
  if ((target.flags & sectionFlags.execInstr) !== 0) {
    // A call has a distance in slots from the next instruction, an address has a distance in bytes.
    const place = symbol.value + (isCall ? (instruction.imm + 1) * INSTRUCTION : instruction.imm);
    const name = functionAt(elf, symbol.section, place)?.name;
    if (name === undefined)
      throw new ObjectFormatError(`no function of "${target.name}" is at byte ${place}`, { section });
    const src = isCall ? calls.local : pseudo.func;
    return instruction.with({ imm: 0, src, target: { kind: "label", name } });
  }
  if (isMapSection(target.name)) {
    return instruction.with({ imm: 0, src: pseudo.mapFd, target: { kind: "map", map: symbol.name } });
  }
  const offset = symbol.value + instruction.imm;
  const place = dataTarget(elf, symbol, target.name, offset);
  return instruction.with({ imm: 0, high: offset, src: pseudo.mapValue, target: place });
}

function dataTarget(elf: ElfFile, symbol: ElfSymbol, section: string, offset: number): Target {
  if (symbol.type === symbolTypes.object || section === JUMP_TABLES)
    return { kind: "data", section, variable: symbol.name };
  const variable = elf.symbols.find(
    ({ type, section: of, value, size }) =>
      type === symbolTypes.object && of === symbol.section && value <= offset && offset < value + size,
  );
  return { kind: "data", section, variable: variable?.name };
}

function functionAt(elf: ElfFile, section: number, place: number): ElfSymbol | undefined {
  return elf.symbols.find(
    (symbol) => symbol.type === symbolTypes.func && symbol.section === section && symbol.value === place,
  );
}
