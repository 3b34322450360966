import type { Target } from "../fields.ts";
import { Instruction } from "../instruction.ts";
import { opcodes, pseudo } from "../opcodes.ts";
import {
  build,
  type Form,
  immediate,
  NUMBER,
  type Parsed,
  register,
  registerProblem,
  wideImmediate,
} from "./form.ts";

// A section can have any name: `.data.a-b`, `.bss of mine`.
const isName = (text: string): boolean => /^[^[\]<>:]+$/.test(text);

export const referenceForms: readonly Form[] = [
  [new RegExp(`^r(\\d\\d?) = ${NUMBER} ll$`), ([dst, value]) => wideImmediate(dst, value as string)],
  [
    /^r(\d\d?) = (\w+)\[(.{1,200})$/,
    ([dst, kind, rest]) => reference(register(dst), kind as string, rest as string),
  ],
];

/** The text forms of a 64-bit immediate: `map[fd:3][0]+8`, `subprog[+5]`, `map[counts]`. */
function reference(dst: number, kind: string, rest: string): Parsed {
  const wide = (
    src: number,
    imm: number | undefined,
    high: number | undefined = 0,
    target?: Target,
  ): Parsed =>
    high === undefined ? "an offset has 32 bits" : build(opcodes.loadImm64, dst, src, 0, imm, high, target);
  const match = /^([^\]]+)\](?:\[([^\]]+)\]([+-]\d+)?)?(?: <([^\s<>]+)>)?$/.exec(rest);
  if (match === null) return undefined;
  const [, inner, index, offset, variable] = match as unknown as [string, string, ...(string | undefined)[]];
  const high = offset === undefined ? 0 : immediate(offset);
  const isValue = index === "0";
  if (kind === "map") {
    const raw = /^(fd|id|idx):(-?\d+)$/.exec(inner);
    if (raw !== null) {
      const byIndex = raw[1] === "idx";
      const src = byIndex
        ? isValue
          ? pseudo.mapIndexValue
          : pseudo.mapIndex
        : isValue
          ? pseudo.mapValue
          : pseudo.mapFd;
      return wide(src, immediate(raw[2] as string), high);
    }
    if (!isName(inner)) return undefined;
    if (isValue && inner.startsWith(".")) {
      return wide(pseudo.mapValue, 0, high, { kind: "data", section: inner, variable });
    }
    return wide(isValue ? pseudo.mapValue : pseudo.mapFd, 0, high, { kind: "map", map: inner });
  }
  if (kind === "var") {
    if (!isValue || !isName(inner)) return undefined;
    return wide(pseudo.mapValue, 0, high, { kind: "data", section: undefined, variable: inner });
  }
  if (kind === "subprog") {
    if (/^[+-]\d+$/.test(inner)) return wide(pseudo.func, immediate(inner), high);
    return isName(inner) ? wide(pseudo.func, 0, 0, { kind: "label", name: inner }) : undefined;
  }
  if (kind === "btf") {
    const id = /^id:(-?\d+)$/.exec(inner)?.[1];
    const fd = index === undefined ? "0" : /^fd:(-?\d+)$/.exec(index)?.[1];
    return id === undefined || fd === undefined
      ? undefined
      : wide(pseudo.btfId, immediate(id), immediate(fd));
  }
  if (kind === "ksym")
    return isName(inner) ? wide(pseudo.btfId, 0, 0, { kind: "ksym", name: inner }) : undefined;
  const raw = /^pseudo(\d\d?)$/.exec(kind)?.[1];
  if (raw === undefined || Number(raw) > 15 || index === undefined) return undefined;
  const [imm, upper] = [inner, index].map((text) => (/^-?\d+$/.test(text) ? immediate(text) : undefined));
  if (imm === undefined || upper === undefined) return "an immediate has 32 bits";
  return registerProblem(dst) ?? new Instruction(opcodes.loadImm64, dst, Number(raw), 0, imm, upper);
}
