import { decode, type Instruction, type Item, Label, withLabels } from "../asm/index.ts";
import { EPERM } from "../errors/errno.ts";
import { PermissionError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { CalledFunctions } from "./called-functions.ts";
import { privateTable } from "./info.ts";
import { functionsOf, sourceLines } from "./lines.ts";

const CALL = 0x85;
// BPF_PSEUDO_CALL
const LOCAL = 1;
const LOAD_IMM64 = 0x18;
// BPF_PSEUDO_FUNC
const FUNCTION = 4;
// BPF_PSEUDO_MAP_FD and BPF_PSEUDO_MAP_VALUE: in a loaded program the immediate is the ID of the map.
const MAP = 1;
const MAP_VALUE = 2;

/** The instructions of a loaded program as data, with the information that this process may read. */
export function loadedInstructions(handle: Handle, name: string): Item[] {
  const { bytes } = privateTable(handle, name, "translated", "instructions");
  const lines = new Map(allowed(() => sourceLines(handle, name)).map((line) => [line.instruction, line]));
  const labels = new Map(
    allowed(() => functionsOf(handle, name)).map(({ instruction, name: label }) => [instruction, label]),
  );
  const mapNames = new Map<number, string | undefined>();
  const called = new CalledFunctions();
  let slot = 0;
  const instructions = decode(bytes).map((read) => {
    const line = lines.get(slot);
    slot += read.slots;
    const instruction = called.named(withMapName(asLoaded(read), mapNames));
    if (line === undefined) return instruction;
    const { instruction: _, ...place } = line;
    return instruction.with({ origin: { line: { ...place, indent: 0 } } });
  });
  return withLabels(instructions, new Map([...labels].map(([at, label]) => [at, new Label(label)])));
}

/** Returns an empty list if the kernel hides the information from this process. */
function allowed<T>(read: () => T[]): T[] {
  try {
    return read();
  } catch (error) {
    if (error instanceof PermissionError) return [];
    if (isNativeError(error) && error.errno === EPERM) return [];
    throw error;
  }
}

/** Returns the instruction in its form before the kernel linked the functions of the program. */
function asLoaded(instruction: Instruction): Instruction {
  const { opcode, src, offset } = instruction;
  // The immediate of a call has the number of the function, and the offset has the distance.
  if (opcode === CALL && src === LOCAL && offset !== 0) return instruction.with({ imm: offset, offset: 0 });
  if (opcode === LOAD_IMM64 && src === FUNCTION) return instruction.with({ high: 0 });
  return instruction;
}

function withMapName(instruction: Instruction, known: Map<number, string | undefined>): Instruction {
  const { opcode, src, imm } = instruction;
  if (opcode !== LOAD_IMM64 || (src !== MAP && src !== MAP_VALUE)) return instruction;
  if (!known.has(imm)) known.set(imm, mapName(imm));
  const map = known.get(imm);
  return map === undefined || map === "" ? instruction : instruction.with({ target: { kind: "map", map } });
}

function mapName(id: number): string | undefined {
  try {
    const map = native().mapFromId(id, 0);
    try {
      return native().mapInfo(map).name;
    } finally {
      native().mapClose(map);
    }
  } catch (error) {
    if (isNativeError(error)) return undefined;
    throw error;
  }
}
