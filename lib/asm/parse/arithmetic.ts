import { alu, classes, REGISTER } from "../opcodes.ts";
import { aluOperations } from "./alu-operations.ts";
import { build, type Form, immediate, NUMBER, number, R, register, wideImmediate } from "./form.ts";

function classOf(width: string | undefined): number {
  return width === "w" ? classes.alu : classes.alu64;
}

export const arithmeticForms: readonly Form[] = [
  [
    new RegExp(`^r(\\d\\d?) = addr_space_cast\\(r(\\d\\d?), ${NUMBER}, ${NUMBER}\\)$`),
    ([dst, src, to, from]) => {
      const spaces = [number(to as string), number(from as string)] as const;
      if (spaces.some((space) => space < 0 || space > 0xffff)) return "an address space has 16 bits";
      const imm = (spaces[0] << 16) | spaces[1];
      return build(alu.mov | REGISTER | classes.alu64, register(dst), register(src), 1, imm);
    },
  ],
  [
    /^r(\d\d?) = &\(void __percpu \*\)\(r(\d\d?)\)$/,
    ([dst, src]) => build(alu.mov | REGISTER | classes.alu64, register(dst), register(src), -1, 0),
  ],
  [
    /^r(\d\d?) = (bswap|be|le)(-?\d+) r(\d\d?)$/,
    ([dst, name, bits, again]) => {
      if (dst !== again) return "source and destination must be the same register";
      const opcode =
        alu.end | (name === "bswap" ? classes.alu64 : classes.alu) | (name === "be" ? REGISTER : 0);
      return build(opcode, register(dst), 0, 0, immediate(bits as string));
    },
  ],
  [
    /^([rw])(\d\d?) = -([rw])(\d\d?)$/,
    ([width, dst, again, src]) => {
      if (width !== again || dst !== src) return "source and destination must be the same register";
      return build(alu.neg | classOf(width), register(dst), 0, 0, 0);
    },
  ],
  [
    /^([rw])(\d\d?) = \(s(8|16|32)\)([rw])(\d\d?)$/,
    ([width, dst, bits, again, src]) => {
      if (width !== again) return "both registers must be of the same width";
      if (width === "w" && bits === "32") return undefined;
      return build(alu.mov | REGISTER | classOf(width), register(dst), register(src), Number(bits), 0);
    },
  ],
  [
    new RegExp(`^${R} (s?)(=|[-+*/%&|^]=|<<=|>>=|s>>=) (?:${R}|${NUMBER})$`),
    ([width, dst, signed, sign, width2, src, imm], notation) => {
      // `s>>=` has its own operation bits. The signed forms `s/=` and `s%=` share those of the unsigned ones.
      const operation = aluOperations.get(signed === "s" && sign === ">>=" ? "s>>=" : (sign as string));
      const isSigned = signed === "s" && sign !== ">>=";
      if (operation === undefined || (isSigned && sign !== "/=" && sign !== "%=")) return undefined;
      const opcode = operation | classOf(width);
      if (src !== undefined) {
        if (width2 !== width) return "both registers must be of the same width";
        return build(opcode | REGISTER, register(dst), register(src), isSigned ? 1 : 0, 0);
      }
      const text = imm as string;
      const isWide = notation === "kernel" && sign === "=" && width === "r" && text.startsWith("0x");
      if (isWide) return wideImmediate(dst, text);
      return build(opcode, register(dst), 0, isSigned ? 1 : 0, immediate(text));
    },
  ],
];
