import type { Instruction, Resolved } from "../asm/index.ts";
import { BtfBuilder } from "../btf/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";

const CALL = 0x85;
const LOCAL = 1;
const LOAD_IMM64 = 0x18;
const FUNCTION = 4;

/** The kernel's information about a program's functions. */
export interface FunctionTypes {
  /** A `.BTF` section. */
  readonly btf: Uint8Array;
  /** struct bpf_func_info, in the order of the functions. */
  readonly functions: Uint8Array;
}

/**
 * BTF for the functions of a program, named by their labels; undefined for a single function. Function pointers require
 * BTF, and the kernel shows the names.
 */
export function functionTypes(name: string, resolved: Resolved): FunctionTypes | undefined {
  if (!resolved.instructions.some(refersToFunction)) return undefined;
  const starts = startsOf(resolved.instructions);
  const names = new Map(Array.from(resolved.labels, ([label, slot]) => [slot, label]));
  const builder = new BtfBuilder();
  const int = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  const proto = builder.add({ kind: "func-proto", returnType: int, params: [] });
  const functions = new DataView(new ArrayBuffer(starts.length * 8));
  for (const [i, slot] of starts.entries()) {
    // The kernel accepts only C identifiers. The program is global, and its functions are static, so that the verifier
    // does not check them separately.
    const label = (slot === 0 ? name : (names.get(slot) ?? `function_${slot}`)).replaceAll(/\W/g, "_");
    const type = builder.add({
      kind: "func",
      name: /^\d/.test(label) ? `_${label}` : label,
      type: proto,
      linkage: slot === 0 ? "global" : "static",
    });
    functions.setUint32(i * 8, slot, hostIsLittleEndian);
    functions.setUint32(i * 8 + 4, type, hostIsLittleEndian);
  }
  return { btf: builder.encode(), functions: new Uint8Array(functions.buffer) };
}

function refersToFunction({ opcode, src }: Instruction): boolean {
  return (opcode === CALL && src === LOCAL) || (opcode === LOAD_IMM64 && src === FUNCTION);
}

/** The slots at which functions begin, in order. */
function startsOf(instructions: readonly Instruction[]): number[] {
  const starts = new Set([0]);
  let slot = 0;
  for (const instruction of instructions) {
    if (refersToFunction(instruction)) starts.add(slot + 1 + instruction.imm);
    slot += instruction.slots;
  }
  return [...starts].sort((a, b) => a - b);
}
