import { AsmError } from "../errors/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { ByteOrder } from "./decode.ts";
import { Instruction, type Item } from "./instruction.ts";
import { calls, opcodes, pseudo } from "./opcodes.ts";
import { resolve } from "./resolve.ts";

/** Options of {@link encode}. */
export interface EncodeOptions extends ByteOrder {
  /**
   * Returns the immediate of an instruction with a target that is a name: a map or a kernel function. Default: such an
   * instruction throws an AsmError.
   */
  find?: ((instruction: Instruction) => number) | undefined;
}

/**
 * Encodes instructions as bytes, eight for each slot. Labels become distances, and live maps their file descriptors.
 *
 * @throws {@link AsmError} when a label is missing, or a target is not found.
 *
 * @example
 * ```ts
 * const bytes = asm.encode([asm.mov(asm.r0, 2), asm.exit()]);
 * ```
 */
export function encode(items: readonly Item[], options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const { littleEndian = hostIsLittleEndian, find = notFound } = options;
  const { instructions, slots } = resolve(items);
  return encodeResolved(instructions, slots, littleEndian, find);
}

/**
 * Encodes instructions without targets in this machine's byte order.
 *
 * @returns The number of slots; undefined when an item has a target or is a label, or when `words` is too short.
 */
export function encodePlain(items: readonly Item[], words: Int32Array): number | undefined {
  let at = 0;
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (!(item instanceof Instruction) || item.target !== undefined || at + 4 > words.length)
      return undefined;
    const { opcode, src } = item;
    if (opcode === opcodes.call && src === calls.local) return undefined;
    words[at] = firstWord(item, hostIsLittleEndian);
    words[at + 1] = item.imm;
    at += 2;
    if (opcode !== opcodes.loadImm64) continue;
    if (src === pseudo.func) return undefined;
    words[at] = 0;
    words[at + 1] = item.high;
    at += 2;
  }
  return at / 2;
}

function firstWord({ opcode, dst, src, offset }: Instruction, littleEndian: boolean): number {
  return littleEndian
    ? opcode | (dst << 8) | (src << 12) | (offset << 16)
    : (opcode << 24) | (dst << 20) | (src << 16) | (offset & 0xffff);
}

export function encodeResolved(
  instructions: readonly Instruction[],
  slots: number,
  littleEndian: boolean,
  find: (instruction: Instruction) => number,
): Uint8Array<ArrayBuffer> {
  const words = new Int32Array(slots * 2);
  let at = 0;
  for (const instruction of instructions) {
    words[at] = firstWord(instruction, littleEndian);
    words[at + 1] = instruction.target === undefined ? instruction.imm : immediateOf(instruction, find);
    at += 2;
    if (instruction.opcode === opcodes.loadImm64) {
      words[at + 1] = instruction.high;
      at += 2;
    }
  }
  if (littleEndian !== hostIsLittleEndian) Buffer.from(words.buffer).swap32();
  return new Uint8Array(words.buffer);
}

function immediateOf(instruction: Instruction, find: (instruction: Instruction) => number): number {
  const { target } = instruction;
  if (target?.kind === "helper") return instruction.imm;
  return target?.kind === "map" && typeof target.map === "object" ? target.map.fd : find(instruction);
}

function notFound(instruction: Instruction): never {
  const isMap = instruction.target?.kind === "map";
  throw new AsmError(`\`${instruction}\` refers to a name that only a loader can resolve`, {
    remedy: isMap ? "Pass the Map to asm.loadMap, or to asm.parse in `maps`" : undefined,
  });
}
