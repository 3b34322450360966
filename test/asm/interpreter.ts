import type { asm } from "../../lib/index.ts";

const U64 = 1n << 64n;
const wrap = (value: bigint, bits: number): bigint => BigInt.asUintN(bits, value);
const signed = (value: bigint, bits: number): bigint => BigInt.asIntN(bits, value);

/** What two operands give, by the highest four bits of the opcode. Written from RFC 9669, and not from the encoder. */
function compute(operation: number, a: bigint, b: bigint, bits: 32 | 64, isSigned: boolean): bigint {
  const shift = b & BigInt(bits - 1);
  switch (operation) {
    case 0x0:
      return a + b;
    case 0x1:
      return a - b;
    case 0x2:
      return a * b;
    case 0x3:
      if (b === 0n) return 0n;
      return isSigned ? signed(a, bits) / signed(b, bits) : a / b;
    case 0x4:
      return a | b;
    case 0x5:
      return a & b;
    case 0x6:
      return a << shift;
    case 0x7:
      return a >> shift;
    case 0x8:
      return -a;
    case 0x9:
      if (b === 0n) return a;
      return isSigned ? signed(a, bits) % signed(b, bits) : a % b;
    case 0xa:
      return a ^ b;
    case 0xb:
      return b;
    case 0xc:
      return signed(a, bits) >> shift;
    default:
      throw new Error(`operation ${operation}`);
  }
}

function compare(operation: number, a: bigint, b: bigint, bits: 32 | 64): boolean {
  const [c, d] = [signed(a, bits), signed(b, bits)];
  const answers: Record<number, boolean> = {
    1: a === b,
    2: a > b,
    3: a >= b,
    4: (a & b) !== 0n,
    5: a !== b,
    6: c > d,
    7: c >= d,
    10: a < b,
    11: a <= b,
    12: c < d,
    13: c <= d,
  };
  const answer = answers[operation];
  if (answer === undefined) throw new Error(`comparison ${operation}`);
  return answer;
}

function swapped(value: bigint, bits: number): bigint {
  let result = 0n;
  for (let i = 0; i < bits; i += 8) result = (result << 8n) | ((value >> BigInt(i)) & 0xffn);
  return result;
}

const atomicOperations: Record<number, (a: bigint, b: bigint) => bigint> = {
  0: (a, b) => a + b,
  64: (a, b) => a | b,
  80: (a, b) => a & b,
  160: (a, b) => a ^ b,
};

/** Runs instructions in a little-endian interpreter, and returns r0. */
export function interpret(instructions: readonly asm.Instruction[]): bigint {
  const r = new Array<bigint>(11).fill(0n);
  const stack = new DataView(new ArrayBuffer(512));
  r[10] = 512n;
  const slots = instructions.flatMap((i) => (i.slots === 2 ? [i, undefined] : [i]));
  const bitsOf = (opcode: number): number => [32, 16, 8, 64][(opcode >> 3) & 3] as number;
  const read = (at: bigint, bits: number): bigint => wrap(stack.getBigUint64(Number(at), true), bits);
  const write = (at: bigint, bits: number, value: bigint): void => {
    for (let i = 0; i < bits / 8; i++) {
      stack.setUint8(Number(at) + i, Number((value >> BigInt(8 * i)) & 0xffn));
    }
  };
  for (let pc = 0; ; pc++) {
    const i = slots[pc];
    if (i === undefined) throw new Error(`nothing at slot ${pc}`);
    const { opcode, dst, src, offset, imm } = i;
    const kind = opcode & 7;
    const operation = opcode >> 4;
    const bits = kind === 7 || kind === 5 ? 64 : 32;
    const bySource = (opcode & 8) !== 0;
    const second = wrap(bySource ? (r[src] as bigint) : BigInt(imm), bits);
    const first = wrap(r[dst] as bigint, bits);
    if (opcode === 0x95) return r[0] as bigint;
    if (opcode === 0x18) {
      r[dst] = i.value as bigint;
      pc++;
    } else if (kind === 4 || kind === 7) {
      if (operation === 0xd) {
        const keep = kind === 4 && !bySource;
        r[dst] = keep ? wrap(r[dst] as bigint, imm) : swapped(r[dst] as bigint, imm);
      } else if (operation === 0xb && bySource && offset !== 0) {
        r[dst] = wrap(signed(wrap(second, offset), offset), bits);
      } else {
        r[dst] = wrap(compute(operation, first, second, bits, offset === 1), bits);
      }
    } else if (kind === 5 || kind === 6) {
      if (opcode === 0x05) pc += offset;
      else if (opcode === 0x06) pc += imm;
      else if (compare(operation, first, second, bits)) pc += offset;
    } else {
      const width = bitsOf(opcode);
      const mode = opcode & 0xe0;
      const at = (r[kind === 1 ? src : dst] as bigint) + BigInt(offset);
      if (kind === 1) {
        const value = read(at, width);
        r[dst] = mode === 0x80 ? wrap(signed(value, width), 64) : value;
      } else if (kind === 2) write(at, width, BigInt(imm));
      else if (mode === 0x60) write(at, width, r[src] as bigint);
      else atomic(r, imm, src, width, read(at, width), (value) => write(at, width, value));
    }
    if ((r[dst] as bigint) >= U64 || (r[dst] as bigint) < 0n) throw new Error(`register ${dst} overflows`);
  }
}

function atomic(
  r: bigint[],
  imm: number,
  src: number,
  width: number,
  old: bigint,
  write: (value: bigint) => void,
): void {
  const value = r[src] as bigint;
  if (imm === 0xe1) {
    write(value);
    r[src] = old;
  } else if (imm === 0xf1) {
    if (wrap(r[0] as bigint, width) === old) write(value);
    r[0] = old;
  } else {
    write((atomicOperations[imm & ~1] as (a: bigint, b: bigint) => bigint)(old, value));
    if ((imm & 1) !== 0) r[src] = old;
  }
}
