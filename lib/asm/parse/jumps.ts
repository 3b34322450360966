import type { Target } from "../fields.ts";
import { helperNumber } from "../helpers.ts";
import { calls, classes, opcodes, REGISTER } from "../opcodes.ts";
import { jumpSigns } from "../print-instruction.ts";
import { build, type Form, immediate, NUMBER, type Parsed, R, register, TO } from "./form.ts";

const jumpOperations = new Map<string, number>();
for (const [i, sign] of jumpSigns.entries()) if (sign !== "") jumpOperations.set(sign, i << 4);
/** The fields for the target of a jump: a distance, or a label. */
function toPlace(
  distance: string | undefined,
  name: string | undefined,
): [number | undefined, Target | undefined] {
  if (distance !== undefined) return [immediate(distance), undefined];
  return [0, { kind: "label", name: name as string }];
}

export const jumpForms: readonly Form[] = [
  [/^exit$/, () => build(opcodes.exit, 0, 0, 0, 0)],
  [/^nospec$/, () => build(opcodes.noSpeculation, 0, 0, 0, 0)],
  [
    new RegExp(`^if ${R} (s?[<>]=?|[=!]=|&) (?:${R}|${NUMBER}) goto ${TO}$`),
    ([width, dst, sign, width2, src, imm, distance, name]) => {
      const operation = jumpOperations.get(sign as string);
      if (operation === undefined) return undefined;
      const opcode = operation | (width === "w" ? classes.jmp32 : classes.jmp);
      const [offset, target] = toPlace(distance, name);
      if (src !== undefined) {
        if (width2 !== width) return "both registers must be of the same width";
        return build(opcode | REGISTER, register(dst), register(src), offset, 0, 0, target);
      }
      return build(opcode, register(dst), 0, offset, immediate(imm as string), 0, target);
    },
  ],
  [
    new RegExp(`^goto ${TO}$`),
    ([distance, name]) => {
      const [offset, target] = toPlace(distance, name);
      return build(opcodes.jump, 0, 0, offset, 0, 0, target);
    },
  ],
  [
    new RegExp(`^gotol ${TO}$`),
    ([distance, name]) => {
      const [imm, target] = toPlace(distance, name);
      return build(opcodes.jumpLong, 0, 0, 0, imm, 0, target);
    },
  ],
  [
    new RegExp(`^may_goto ${TO}$`),
    ([distance, name]) => {
      const [offset, target] = toPlace(distance, name);
      return build(opcodes.mayGoto, 0, 0, offset, 0, 0, target);
    },
  ],
  [/^gotox r(\d\d?)$/, ([dst]) => build(opcodes.jumpRegister, register(dst), 0, 0, 0)],
  [/^callx r(\d\d?)$/, ([dst]) => build(opcodes.callRegister, register(dst), 0, 0, 0)],
  [
    /^call (?:pc([+-]\d+)|(-(?:0x[0-9a-f]+|\d+)))$/,
    ([kernel, llvm]) => build(opcodes.call, 0, calls.local, 0, immediate((kernel ?? llvm) as string)),
  ],
  [/^call (0x[0-9a-f]+|\d+)$/, ([helper]) => build(opcodes.call, 0, 0, 0, immediate(helper as string))],
  [/^call ([\w.$-]+)#(-?\d+)$/, ([name, id]) => call(name as string, immediate(id as string))],
  [
    /^call ([\w.$]+)$/,
    ([name]) => {
      const helper = helperNumber(name as string);
      return helper === undefined
        ? callFunction(name as string)
        : build(opcodes.call, 0, calls.helper, 0, helper);
    },
  ],
  [/^call subprog\[([\w.$]+)\]$/, ([name]) => callFunction(name as string)],
];

function callFunction(name: string): Parsed {
  return build(opcodes.call, 0, calls.local, 0, 0, 0, { kind: "label", name });
}

function call(name: string, id: number | undefined): Parsed {
  const helper = helperNumber(name);
  if (name === "unknown" || helper !== undefined) {
    if (helper !== undefined && helper !== id) return `helper ${name} has number ${helper}`;
    return build(opcodes.call, 0, calls.helper, 0, id);
  }
  const target: Target | undefined = name === "kernel-function" ? undefined : { kind: "kfunc", name };
  return build(opcodes.call, 0, calls.kfunc, 0, id, 0, target);
}
