export * from "./build/arithmetic.ts";
export {
  exit,
  type Jump,
  type JumpTarget,
  ja,
  jaLong,
  jeq,
  jge,
  jgt,
  jle,
  jlt,
  jne,
  jset,
  jsge,
  jsgt,
  jsle,
  jslt,
  jumpRegister,
  label,
  mayGoto,
} from "./build/jumps.ts";
export * from "./build/memory.ts";
export * from "./build/references.ts";
export { type ByteOrder, decode } from "./decode.ts";
export { type EncodeOptions, encode } from "./encode.ts";
export type { Fields, HasFd, Origin, Target } from "./fields.ts";
export { type HelperName, helperName, helperNames, helperNumber } from "./helpers.ts";
export { Instruction, type Item, Label } from "./instruction.ts";
export { withLabels } from "./labels.ts";
export type { InstructionClass, Size } from "./opcodes.ts";
export { type ParseOptions, parse } from "./parse.ts";
export { type PrintOptions, print } from "./print.ts";
export { type Notation, printInstruction } from "./print-instruction.ts";
export {
  type Destination,
  fp,
  type HalfDestination,
  type HalfRegister,
  type Register,
  r0,
  r1,
  r2,
  r3,
  r4,
  r5,
  r6,
  r7,
  r8,
  r9,
  r10,
  w0,
  w1,
  w2,
  w3,
  w4,
  w5,
  w6,
  w7,
  w8,
  w9,
  w10,
} from "./registers.ts";
export { type Resolved, resolve } from "./resolve.ts";
