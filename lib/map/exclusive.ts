import { encode, Instruction, type Item } from "../asm/index.ts";
import { opcodes, pseudo } from "../asm/opcodes.ts";

/**
 * The hash by which the kernel recognizes a program: SHA-256 of its instructions, without the addresses of maps.
 *
 * @throws {@link AsmError} for a label that is missing, and for a name other than of a map.
 */
export function programHash(items: readonly Item[]): Uint8Array {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256")
    .update(encode(items.map(withoutMap)))
    .digest();
}

function withoutMap(item: Item): Item {
  if (!(item instanceof Instruction) || item.opcode !== opcodes.loadImm64) return item;
  const isMap = item.src === pseudo.mapFd || item.src === pseudo.mapValue;
  return isMap ? item.with({ imm: 0, high: 0, target: undefined }) : item;
}
