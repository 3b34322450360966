import { invalidArgument } from "../../arguments/index.ts";
import { checkImmediate, checkOffset, checkOneOf, checkSigned } from "../check.ts";
import { Instruction } from "../instruction.ts";
import { atomics, classes, modes, type Size, sizes } from "../opcodes.ts";
import { type Destination, isRegister, type Register, wholeDestination, wholeNumber } from "../registers.ts";

/** The width of a load. `i8`, `i16` and `i32` are sign-extended. */
export type LoadSize = Size | "i8" | "i16" | "i32";

const signedSizes: Readonly<Record<string, Size>> = { i8: "u8", i16: "u16", i32: "u32" };
const allSizes = Object.keys(sizes) as Size[];
const atomicSizes = ["u32", "u64"] as const;
type AtomicSize = (typeof atomicSizes)[number];

/** `dst = *(size *)(base + offset)`. Signed sizes need Linux 6.6. */
export function load(size: LoadSize, dst: Destination, base: Register, offset: number): Instruction {
  const [bare, mode] =
    typeof size === "string" && Object.hasOwn(signedSizes, size)
      ? [signedSizes[size], modes.memsx]
      : [checkOneOf(size as Size, allSizes, "load: size"), modes.mem];
  return new Instruction(
    classes.ldx | mode | sizes[bare as Size],
    wholeDestination(dst, "load: dst"),
    wholeNumber(base, "load: base"),
    checkOffset(offset, "load: offset"),
    0,
  );
}

/** `*(size *)(base + offset) = value` */
export function store(size: Size, base: Register, offset: number, value: Register | number): Instruction {
  checkOneOf(size, allSizes, "store: size");
  const to = wholeNumber(base, "store: base");
  const at = checkOffset(offset, "store: offset");
  if (isRegister(value)) {
    const from = wholeNumber(value, "store: value");
    return new Instruction(classes.stx | modes.mem | sizes[size], to, from, at, 0);
  }
  if (typeof value !== "number") {
    throw invalidArgument(`store: value`, "a register or a number", value);
  }
  const imm = size === "u64" ? checkSigned(value, "store: value") : checkImmediate(value, "store: value");
  return new Instruction(classes.st | modes.mem | sizes[size], to, 0, at, imm);
}

type Atomic = (size: AtomicSize, base: Register, offset: number, value: Register) => Instruction;

function atomic(name: string, operation: number): Atomic {
  return (size, base, offset, value) => {
    checkOneOf(size, atomicSizes, `${name}: size`);
    return new Instruction(
      classes.stx | modes.atomic | sizes[size],
      wholeNumber(base, `${name}: base`),
      wholeNumber(value, `${name}: value`),
      checkOffset(offset, `${name}: offset`),
      operation,
    );
  };
}

/** `*(size *)(base + offset) += value`, atomically. */
export const atomicAdd: Atomic = atomic("atomicAdd", atomics.add);
/** `*(size *)(base + offset) |= value`, atomically. @since Linux 5.12 */
export const atomicOr: Atomic = atomic("atomicOr", atomics.or);
/** `*(size *)(base + offset) &= value`, atomically. @since Linux 5.12 */
export const atomicAnd: Atomic = atomic("atomicAnd", atomics.and);
/** `*(size *)(base + offset) ^= value`, atomically. @since Linux 5.12 */
export const atomicXor: Atomic = atomic("atomicXor", atomics.xor);
/** Atomic `+=` that stores the old value in the register `value`. @since Linux 5.12 */
export const fetchAdd: Atomic = atomic("fetchAdd", atomics.add | atomics.fetch);
/** Atomic `|=` that stores the old value in the register `value`. @since Linux 5.12 */
export const fetchOr: Atomic = atomic("fetchOr", atomics.or | atomics.fetch);
/** Atomic `&=` that stores the old value in the register `value`. @since Linux 5.12 */
export const fetchAnd: Atomic = atomic("fetchAnd", atomics.and | atomics.fetch);
/** Atomic `^=` that stores the old value in the register `value`. @since Linux 5.12 */
export const fetchXor: Atomic = atomic("fetchXor", atomics.xor | atomics.fetch);
/** Exchanges memory and the register `value` atomically. @since Linux 5.12 */
export const exchange: Atomic = atomic("exchange", atomics.xchg);
/** Stores `value` atomically if memory equals r0. r0 becomes the old value. @since Linux 5.12 */
export const compareExchange: Atomic = atomic("compareExchange", atomics.cmpxchg);

/** `dst = *(size *)(base + offset)`, before all later accesses (acquire). @since Linux 6.15 */
export function loadAcquire(size: Size, dst: Destination, base: Register, offset: number): Instruction {
  checkOneOf(size, allSizes, "loadAcquire: size");
  return new Instruction(
    classes.stx | modes.atomic | sizes[size],
    wholeDestination(dst, "loadAcquire: dst"),
    wholeNumber(base, "loadAcquire: base"),
    checkOffset(offset, "loadAcquire: offset"),
    atomics.loadAcquire,
  );
}

/** `*(size *)(base + offset) = value`, after all earlier accesses (release). @since Linux 6.15 */
export function storeRelease(size: Size, base: Register, offset: number, value: Register): Instruction {
  checkOneOf(size, allSizes, "storeRelease: size");
  return new Instruction(
    classes.stx | modes.atomic | sizes[size],
    wholeNumber(base, "storeRelease: base"),
    wholeNumber(value, "storeRelease: value"),
    checkOffset(offset, "storeRelease: offset"),
    atomics.storeRelease,
  );
}

const packetSizes = ["u8", "u16", "u32"] as const;
type PacketSize = (typeof packetSizes)[number];

/**
 * `r0 = *(size *)skb[offset]`: reads a packet in host byte order. If the packet is shorter, the program ends with 0.
 * r6 must contain the context. r1 to r5 are overwritten. `index` is added to the offset.
 *
 * For socket filters and tc programs only.
 */
export function loadPacket(size: PacketSize, offset: number, index?: Register): Instruction {
  checkOneOf(size, packetSizes, "loadPacket: size");
  const mode = index === undefined ? modes.abs : modes.ind;
  const src = index === undefined ? 0 : wholeNumber(index, "loadPacket: index");
  return new Instruction(
    classes.ld | mode | sizes[size],
    0,
    src,
    0,
    checkSigned(offset, "loadPacket: offset"),
  );
}
