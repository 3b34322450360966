import { asm } from "../../lib/index.ts";
import type { Random } from "../support/random.ts";

type Make = (random: Random) => asm.Instruction;

const registers = [asm.r0, asm.r1, asm.r2, asm.r3, asm.r4, asm.r5, asm.r6, asm.r7, asm.r8, asm.r9] as const;
const halves = [asm.w0, asm.w1, asm.w2, asm.w3, asm.w4, asm.w5, asm.w6, asm.w7, asm.w8, asm.w9] as const;

export const arithmetic = {
  mov: asm.mov,
  add: asm.add,
  sub: asm.sub,
  mul: asm.mul,
  div: asm.div,
  sdiv: asm.sdiv,
  mod: asm.mod,
  smod: asm.smod,
  or: asm.or,
  and: asm.and,
  xor: asm.xor,
  lsh: asm.lsh,
  rsh: asm.rsh,
  arsh: asm.arsh,
};

export const jumps = {
  jeq: asm.jeq,
  jne: asm.jne,
  jgt: asm.jgt,
  jge: asm.jge,
  jlt: asm.jlt,
  jle: asm.jle,
  jsgt: asm.jsgt,
  jsge: asm.jsge,
  jslt: asm.jslt,
  jsle: asm.jsle,
  jset: asm.jset,
};

const atomics = [
  asm.atomicAdd,
  asm.atomicOr,
  asm.atomicAnd,
  asm.atomicXor,
  asm.fetchAdd,
  asm.fetchOr,
  asm.fetchAnd,
  asm.fetchXor,
  asm.exchange,
  asm.compareExchange,
];

export const word = (random: Random): number =>
  random.pick([0, 1, -1, 0x7fff_ffff, -0x8000_0000, random.below(2 ** 32) | 0, random.below(100)]);
const short = (random: Random): number =>
  random.pick([0, 1, -1, 0x7fff, -0x8000, random.below(65536) - 0x8000]);
const unsignedSize = (random: Random) => random.pick(["u8", "u16", "u32", "u64"] as const);
const r = (random: Random) => random.pick(registers);
const w = (random: Random) => random.pick(halves);

const shifts = new Set(["lsh", "rsh", "arsh"]);
const divisions = new Set(["div", "sdiv", "mod", "smod"]);

/** A constant that the verifier takes as operand of an operation of {@link arithmetic}. */
export function operand(name: string, bits: number, random: Random): number {
  if (shifts.has(name)) return random.below(bits);
  return divisions.has(name) ? word(random) || 3 : word(random);
}

/** One maker for each form of instruction. */
export const makers: readonly Make[] = [
  ...Object.entries(arithmetic).flatMap(([name, make]): Make[] => [
    (random) => make(r(random), r(random)),
    (random) => make(r(random), operand(name, 64, random)),
    (random) => make(w(random), w(random)),
    (random) => make(w(random), operand(name, 32, random)),
  ]),
  ...Object.values(jumps).flatMap((make): Make[] => [
    (random) => make(r(random), r(random), short(random)),
    (random) => make(r(random), word(random), short(random)),
    (random) => make(w(random), w(random), short(random)),
    (random) => make(w(random), word(random), short(random)),
  ]),
  ...atomics.map(
    (make): Make =>
      (random) =>
        make(random.pick(["u32", "u64"] as const), r(random), short(random), r(random)),
  ),
  (random) => asm.neg(r(random)),
  (random) => asm.neg(w(random)),
  (random) => asm.movsx(r(random), r(random), random.pick([8, 16, 32] as const)),
  (random) => asm.movsx(w(random), w(random), random.pick([8, 16] as const)),
  (random) => asm.le(r(random), random.pick([16, 32, 64] as const)),
  (random) => asm.be(r(random), random.pick([16, 32, 64] as const)),
  (random) => asm.bswap(r(random), random.pick([16, 32, 64] as const)),
  (random) => asm.addrSpaceCast(r(random), r(random), random.below(2), random.below(65536)),
  (random) => asm.load(unsignedSize(random), r(random), r(random), short(random)),
  (random) => asm.load(random.pick(["i8", "i16", "i32"] as const), r(random), r(random), short(random)),
  (random) => asm.store(unsignedSize(random), r(random), short(random), r(random)),
  (random) => asm.store(unsignedSize(random), r(random), short(random), word(random)),
  (random) => asm.loadAcquire(unsignedSize(random), r(random), r(random), short(random)),
  (random) => asm.storeRelease(unsignedSize(random), r(random), short(random), r(random)),
  (random) => asm.loadPacket(random.pick(["u8", "u16", "u32"] as const), word(random)),
  (random) => asm.loadPacket(random.pick(["u8", "u16", "u32"] as const), word(random), r(random)),
  (random) => asm.ja(short(random)),
  (random) => asm.jaLong(word(random)),
  (random) => asm.mayGoto(short(random)),
  (random) => asm.jumpRegister(r(random)),
  (random) => asm.callRegister(r(random)),
  (random) => asm.call(random.below(300)),
  (random) => asm.instruction({ opcode: 0x85, src: 1, imm: word(random) }),
  (random) => asm.instruction({ opcode: 0x85, src: 2, imm: word(random), offset: short(random) }),
  (random) => asm.loadImm(r(random), (BigInt(word(random)) << 32n) + BigInt(word(random) >>> 0)),
  (random) =>
    asm.instruction({
      opcode: 0x18,
      dst: r(random),
      src: 1 + random.below(7),
      imm: word(random),
      high: word(random),
    }),
  () => asm.exit(),
];
