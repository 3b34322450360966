/** The lowest three bits of an opcode. */
export const classes = { ld: 0, ldx: 1, st: 2, stx: 3, alu: 4, jmp: 5, jmp32: 6, alu64: 7 } as const;
/** The class of an instruction: BPF_LD, BPF_ALU64 and so on. */
export type InstructionClass = keyof typeof classes;
export const classNames = Object.keys(classes) as readonly InstructionClass[];

/** Bit 3 of the opcode of an arithmetic instruction or jump: the second operand is a register. */
export const REGISTER = 0x08;

/** The highest four bits of an opcode of arithmetic. */
export const alu = {
  add: 0x00,
  sub: 0x10,
  mul: 0x20,
  div: 0x30,
  or: 0x40,
  and: 0x50,
  lsh: 0x60,
  rsh: 0x70,
  neg: 0x80,
  mod: 0x90,
  xor: 0xa0,
  mov: 0xb0,
  arsh: 0xc0,
  end: 0xd0,
} as const;

/** The highest four bits of an opcode of a jump. */
export const jump = {
  ja: 0x00,
  jeq: 0x10,
  jgt: 0x20,
  jge: 0x30,
  jset: 0x40,
  jne: 0x50,
  jsgt: 0x60,
  jsge: 0x70,
  call: 0x80,
  exit: 0x90,
  jlt: 0xa0,
  jle: 0xb0,
  jslt: 0xc0,
  jsle: 0xd0,
  jcond: 0xe0,
} as const;

/** The highest three bits of an opcode of memory. */
export const modes = { imm: 0x00, abs: 0x20, ind: 0x40, mem: 0x60, memsx: 0x80, atomic: 0xc0 } as const;

/** Bits 3 and 4 of an opcode of memory. */
export const sizes = { u32: 0x00, u16: 0x08, u8: 0x10, u64: 0x18 } as const;
/** The width of a memory access. */
export type Size = keyof typeof sizes;
/** By bits 3 and 4. */
export const sizeNames: readonly Size[] = ["u32", "u16", "u8", "u64"];

/** The operation of an atomic instruction, in its immediate. */
export const atomics = {
  add: 0x00,
  or: 0x40,
  and: 0x50,
  xor: 0xa0,
  fetch: 0x01,
  xchg: 0xe1,
  cmpxchg: 0xf1,
  loadAcquire: 0x100,
  storeRelease: 0x110,
} as const;

/** The meaning of a 64-bit immediate, in its source register. */
export const pseudo = {
  value: 0,
  mapFd: 1,
  mapValue: 2,
  btfId: 3,
  func: 4,
  mapIndex: 5,
  mapIndexValue: 6,
} as const;

/** The kind of callee, in the source register of a call. */
export const calls = { helper: 0, local: 1, kfunc: 2 } as const;

export const opcodes = {
  /** A load of a 64-bit immediate, which takes two slots. */
  loadImm64: 0x18,
  call: 0x85,
  callRegister: 0x8d,
  exit: 0x95,
  jump: 0x05,
  jumpLong: 0x06,
  jumpRegister: 0x0d,
  mayGoto: 0xe5,
  /** A barrier against speculation. Only the kernel may insert it. */
  noSpeculation: 0xc2,
} as const;

export function isJumpClass(opcode: number): boolean {
  const kind = opcode & 7;
  return kind === classes.jmp || kind === classes.jmp32;
}

export function isAluClass(opcode: number): boolean {
  const kind = opcode & 7;
  return kind === classes.alu || kind === classes.alu64;
}

/** True for jumps that depend on a comparison: all except `goto`, `call` and `exit`. */
export function isConditional(opcode: number): boolean {
  if (!isJumpClass(opcode)) return false;
  const operation = opcode & 0xf0;
  return operation !== jump.ja && operation !== jump.call && operation !== jump.exit && operation !== 0xf0;
}
