import { checkBytes } from "../arguments/index.ts";
import { AsmError } from "../errors/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { Instruction } from "./instruction.ts";
import { opcodes } from "./opcodes.ts";

/** Options of {@link decode}. */
export interface ByteOrder {
  /** The byte order of the machine that runs the instructions. Default: that of this machine. */
  littleEndian?: boolean | undefined;
}

/**
 * Decodes instructions from bytes: a section of an object, or the result of `program.translated()`. Jumps keep their
 * distances. {@link withLabels} replaces them with labels.
 *
 * @throws {@link AsmError} when the bytes end within an instruction, or the second slot of a 64-bit immediate is not
 * valid.
 *
 * @example
 * ```ts
 * console.log(asm.print(asm.withLabels(asm.decode(program.translated()))));
 * ```
 */
export function decode(bytes: Uint8Array, options: ByteOrder = {}): Instruction[] {
  const { littleEndian = hostIsLittleEndian } = options;
  checkBytes(bytes, "bytes of asm.decode");
  if (bytes.length % 8 !== 0) {
    throw new AsmError(`${bytes.length} bytes are not instructions, which have 8 bytes each`);
  }
  const words = wordsOf(bytes, littleEndian);
  const instructions: Instruction[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const first = words[at] as number;
    const imm = words[at + 1] as number;
    const opcode = littleEndian ? first & 0xff : first >>> 24;
    const offset = littleEndian ? first >> 16 : (first << 16) >> 16;
    const registers = littleEndian ? (first >>> 8) & 0xff : (first >>> 16) & 0xff;
    const dst = littleEndian ? registers & 0xf : registers >>> 4;
    const src = littleEndian ? registers >>> 4 : registers & 0xf;
    let high = 0;
    if (opcode === opcodes.loadImm64) {
      if (words[at + 2] !== 0) {
        const problem =
          at + 2 < words.length ? "has a second half that is another instruction" : "is truncated";
        throw new AsmError(`instruction ${at / 2}: the 64-bit immediate ${problem}`);
      }
      high = words[at + 3] as number;
      at += 2;
    }
    instructions.push(new Instruction(opcode, dst, src, offset, imm, high));
  }
  return instructions;
}

// The two words of each slot, read in the byte order of the target machine.
function wordsOf(bytes: Uint8Array, littleEndian: boolean): Int32Array {
  if (littleEndian === hostIsLittleEndian && bytes.byteOffset % 4 === 0) {
    return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  }
  const copy = new Uint8Array(bytes);
  if (littleEndian !== hostIsLittleEndian) Buffer.from(copy.buffer).swap32();
  return new Int32Array(copy.buffer);
}
