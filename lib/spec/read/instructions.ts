import {
  decode,
  type Instruction,
  type Item,
  type Origin,
  type Target,
  withLabels,
} from "../../asm/index.ts";
import { Btf, BtfExt } from "../../btf/index.ts";
import {
  type ElfFile,
  type ElfRelocation,
  type ElfSymbol,
  readBpfObject,
  sectionFlags,
  symbolTypes,
} from "../../elf/index.ts";
import { ObjectFormatError } from "../../errors/index.ts";

const INSTRUCTION = 8;
// BPF_PSEUDO_KFUNC_CALL. The object has BPF_PSEUDO_CALL, which libbpf changes.
const KFUNC = 2;

/** Where a program is in its object. */
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
  return withLabels(instructions);
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
    if (isCall) return instruction.with({ imm: 0, src: KFUNC, target: { kind: "kfunc", name } });
    return instruction.with({ imm: 0, target: { kind: "ksym", name } });
  }
  const target = elf.sections[symbol.section];
  if (target === undefined)
    throw new ObjectFormatError(`symbol "${symbol.name}" is in no section`, { section });
  if ((target.flags & sectionFlags.execInstr) !== 0) {
    // A call counts slots from the one behind it, an address bytes.
    const place = symbol.value + (isCall ? (instruction.imm + 1) * INSTRUCTION : instruction.imm);
    const name = functionAt(elf, symbol.section, place)?.name;
    if (name === undefined)
      throw new ObjectFormatError(`no function of "${target.name}" is at byte ${place}`, { section });
    return instruction.with({ imm: 0, target: { kind: "label", name } });
  }
  if (target.name === ".maps" || target.name === "maps" || target.name.startsWith("maps/")) {
    return instruction.with({ imm: 0, target: { kind: "map", map: symbol.name } });
  }
  const offset = symbol.value + instruction.imm;
  return instruction.with({ imm: 0, high: offset, target: dataTarget(elf, symbol, target.name, offset) });
}

function dataTarget(elf: ElfFile, symbol: ElfSymbol, section: string, offset: number): Target {
  if (symbol.type === symbolTypes.object) return { kind: "data", section, variable: symbol.name };
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
