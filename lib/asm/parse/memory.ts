import { atomics, classes, modes, type Size, sizes } from "../opcodes.ts";
import { aluOperations } from "./alu-operations.ts";
import { AT, build, type Form, immediate, NUMBER, type Parsed, R, register, SIZE } from "./form.ts";

const fetchOperations: Readonly<Record<string, number>> = {
  add: atomics.add,
  or: atomics.or,
  and: atomics.and,
  xor: atomics.xor,
};

function offsetOf(sign: string | undefined, digits: string | undefined): number {
  return sign === "-" ? -Number(digits) : Number(digits);
}

function memory(size: string | undefined): number {
  return sizes[size as Size];
}

function atomicBuild(
  size: string | undefined,
  dst: number,
  src: number,
  offset: number,
  imm: number,
): Parsed {
  return build(classes.stx | modes.atomic | memory(size), dst, src, offset, imm);
}

export const memoryForms: readonly Form[] = [
  [
    new RegExp(`^(lock )?\\*\\(u(8|16|32|64) \\*\\)${AT} (=|\\+=|\\|=|&=|\\^=) (?:${R}|${NUMBER})$`),
    ([lock, bits, base, sign, digits, operator, width, src, imm]) => {
      const size = `u${bits}`;
      const dst = register(base);
      const offset = offsetOf(sign, digits);
      if (lock !== undefined) {
        if (operator === "=" || src === undefined || (bits !== "32" && bits !== "64")) return undefined;
        return atomicBuild(size, dst, register(src), offset, aluOperations.get(operator as string) as number);
      }
      if (operator !== "=") return undefined;
      if (src === undefined) {
        return build(classes.st | modes.mem | memory(size), dst, 0, offset, immediate(imm as string));
      }
      if (width === "w" && bits === "64") return "a 64-bit store needs a 64-bit register";
      return build(classes.stx | modes.mem | memory(size), dst, register(src), offset, 0);
    },
  ],
  [
    new RegExp(`^store_release\\(\\(${SIZE} \\*\\)${AT}, ${R}\\)$`),
    ([size, base, sign, digits, , src]) =>
      atomicBuild(size, register(base), register(src), offsetOf(sign, digits), atomics.storeRelease),
  ],
  [
    new RegExp(`^${R} = load_acquire\\(\\(${SIZE} \\*\\)${AT}\\)$`),
    ([, dst, size, base, sign, digits]) =>
      atomicBuild(size, register(dst), register(base), offsetOf(sign, digits), atomics.loadAcquire),
  ],
  [
    new RegExp(`^${R} = atomic(?:64)?_(fetch_(?:add|or|and|xor)|xchg)\\(\\(u(32|64) \\*\\)${AT}, ${R}\\)$`),
    ([, dst, operation, bits, base, sign, digits, , src]) => {
      if (dst !== src) return "result and value must be in the same register";
      const fetch = (operation as string).replace("fetch_", "");
      const imm = fetch === "xchg" ? atomics.xchg : (fetchOperations[fetch] as number) | atomics.fetch;
      return atomicBuild(`u${bits}`, register(base), register(src), offsetOf(sign, digits), imm);
    },
  ],
  [
    new RegExp(`^[rw]0 = atomic(?:64)?_cmpxchg\\(\\(u(32|64) \\*\\)${AT}, [rw]0, ${R}\\)$`),
    ([bits, base, sign, digits, , src]) =>
      atomicBuild(`u${bits}`, register(base), register(src), offsetOf(sign, digits), atomics.cmpxchg),
  ],
  [
    new RegExp(`^${R} = xchg(?:_64|32_32)${AT.slice(0, -"\\)".length)}, ${R}\\)$`),
    ([, dst, base, sign, digits, width, src]) => {
      if (dst !== src) return "result and value must be in the same register";
      const size = width === "w" ? "u32" : "u64";
      return atomicBuild(size, register(base), register(src), offsetOf(sign, digits), atomics.xchg);
    },
  ],
  [
    new RegExp(`^[rw]0 = cmpxchg(?:_64|32_32)${AT.slice(0, -"\\)".length)}, [rw]0, ${R}\\)$`),
    ([base, sign, digits, width, src]) => {
      const size = width === "w" ? "u32" : "u64";
      return atomicBuild(size, register(base), register(src), offsetOf(sign, digits), atomics.cmpxchg);
    },
  ],
  [
    new RegExp(`^r0 = \\*\\(u(8|16|32) \\*\\)skb\\[(?:${NUMBER}|r(\\d\\d?)(?: \\+ ${NUMBER})?)\\]$`),
    ([bits, absolute, index, offset]) => {
      const size = memory(`u${bits}`);
      if (absolute !== undefined) return build(classes.ld | modes.abs | size, 0, 0, 0, immediate(absolute));
      return build(classes.ld | modes.ind | size, 0, register(index), 0, immediate(offset ?? "0"));
    },
  ],
  [
    new RegExp(`^${R} = \\*\\(([us])(8|16|32|64) \\*\\)${AT}$`),
    ([width, dst, sign, bits, base, direction, digits]) => {
      if (bits === "64" && (sign === "s" || width === "w")) return undefined;
      const mode = sign === "s" ? modes.memsx : modes.mem;
      const opcode = classes.ldx | mode | memory(`u${bits}`);
      return build(opcode, register(dst), register(base), offsetOf(direction, digits), 0);
    },
  ],
];
