import { AsmError } from "../errors.ts";
import { type ByteOrder, hostIsLittleEndian } from "./decode.ts";
import type { Instruction, Item } from "./instruction.ts";
import { opcodes } from "./opcodes.ts";
import { resolve } from "./resolve.ts";

/**
 * Instructions as bytes, eight for each slot; labels resolved, live maps by their file descriptors.
 *
 * @throws AsmError when a label is missing, or something is referred to that only a loader finds: a map by its name, a
 * function of the kernel.
 */
export function encode(items: readonly Item[], options: ByteOrder = {}): Uint8Array<ArrayBuffer> {
  const { littleEndian = hostIsLittleEndian } = options;
  const { instructions, slots } = resolve(items);
  return encodeResolved(instructions, slots, littleEndian);
}

/** @param unresolved - Decides for a target that is not resolved; by default it is refused. */
export function encodeResolved(
  instructions: readonly Instruction[],
  slots: number,
  littleEndian: boolean,
  unresolved: (instruction: Instruction) => number = immediateOf,
): Uint8Array<ArrayBuffer> {
  const words = new Int32Array(slots * 2);
  let at = 0;
  for (const instruction of instructions) {
    const { opcode, dst, src, offset } = instruction;
    words[at] = littleEndian
      ? opcode | (dst << 8) | (src << 12) | (offset << 16)
      : (opcode << 24) | (dst << 20) | (src << 16) | (offset & 0xffff);
    words[at + 1] = instruction.target === undefined ? instruction.imm : unresolved(instruction);
    at += 2;
    if (opcode === opcodes.loadImm64) {
      words[at + 1] = instruction.high;
      at += 2;
    }
  }
  if (littleEndian !== hostIsLittleEndian) Buffer.from(words.buffer).swap32();
  return new Uint8Array(words.buffer);
}

function immediateOf(instruction: Instruction): number {
  const { target } = instruction;
  if (target?.kind === "map" && typeof target.map === "object") return target.map.fd;
  throw new AsmError(`\`${instruction}\` refers to something by its name, which only a loader finds`);
}
