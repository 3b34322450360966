import { checkItem } from "./check.ts";
import type { Fields, HasFd, Target } from "./fields.ts";
import { helperName, helperNumber } from "./helpers.ts";
import { alu, atomics, calls, classes, modes, opcodes, pseudo, REGISTER, sizeNames } from "./opcodes.ts";

/**
 * The notation of instructions.
 *
 * - `kernel`: the notation of the verifier's log and bpftool: `if r1 == 0x0 goto pc+3`.
 * - `llvm`: the notation of `llvm-objdump --mcpu=v4` and of inline assembler in C: `if r1 == 0x0 goto +0x3`.
 */
export type Notation = "kernel" | "llvm";

/** By the highest four bits of the opcode. */
export const aluSigns = [
  "+=",
  "-=",
  "*=",
  "/=",
  "|=",
  "&=",
  "<<=",
  ">>=",
  "",
  "%=",
  "^=",
  "=",
  "s>>=",
] as const;
export const jumpSigns = [
  "",
  "==",
  ">",
  ">=",
  "&",
  "!=",
  "s>",
  "s>=",
  "",
  "",
  "<",
  "<=",
  "s<",
  "s<=",
] as const;

const fetchNames: Readonly<Record<number, string>> = {
  [atomics.add]: "add",
  [atomics.or]: "or",
  [atomics.and]: "and",
  [atomics.xor]: "xor",
};

/** Fields that the text does not show must be 0. Others are appended. */
type Used = readonly (keyof Fields)[];

const none: Used = [];
const dstImm: Used = ["dst", "imm"];
const dstSrc: Used = ["dst", "src"];
const dstOffsetImm: Used = ["dst", "offset", "imm"];
const dstSrcOffset: Used = ["dst", "src", "offset"];
const dstSrcOffsetImm: Used = ["dst", "src", "offset", "imm"];
const wide: Used = ["dst", "src", "imm", "high"];
const numeric = ["dst", "src", "offset", "imm", "high"] as const;

/**
 * An instruction as text, without its opcode: `r0 = *(u64 *)(r1 +8)`.
 *
 * A nonzero field that the form does not have is appended: `exit {imm=1}`. The kernel omits it.
 */
export function printInstruction(instruction: Fields, notation: Notation = "kernel"): string {
  checkItem(instruction);
  const kind = instruction.opcode & 7;
  const print = notation === "kernel" ? kernel : llvm;
  switch (kind) {
    case classes.alu:
    case classes.alu64:
      return printAlu(instruction, print);
    case classes.jmp:
    case classes.jmp32:
      return printJump(instruction, print);
    case classes.stx:
      return printStoreRegister(instruction, print);
    case classes.st:
      return printStore(instruction, print);
    case classes.ldx:
      return printLoad(instruction, print);
    default:
      return printImmediateLoad(instruction, print);
  }
}

/** The differences between the notations. */
interface Style {
  readonly llvm: boolean;
  /** An immediate of arithmetic. */
  immediate(value: number): string;
  /** An immediate that is compared. */
  compared(value: number): string;
  /** A place in memory: `r10 -4`. */
  address(register: number, offset: number): string;
  /** The target of a jump. */
  goto(distance: number): string;
  /** A register that holds less than 64 bits. */
  half(register: number): string;
  /** A whole 64-bit immediate. */
  wide(value: bigint): string;
}

const kernel: Style = {
  llvm: false,
  immediate: String,
  compared: (value) => `0x${(value >>> 0).toString(16)}`,
  address: (register, offset) => `r${register} ${signed(offset)}`,
  goto: (distance) => `pc${signed(distance)}`,
  half: (register) => `r${register}`,
  wide: (value) => `0x${value.toString(16)}`,
};

const llvm: Style = {
  llvm: true,
  immediate: hex,
  compared: hex,
  address: (register, offset) => `r${register} ${offset < 0 ? "-" : "+"} 0x${Math.abs(offset).toString(16)}`,
  goto: (distance) => (distance < 0 ? hex(distance) : `+${hex(distance)}`),
  half: (register) => `w${register}`,
  wide: (value) => {
    const withSign = BigInt.asIntN(64, value);
    return withSign < 0n ? `-0x${(-withSign).toString(16)} ll` : `0x${withSign.toString(16)} ll`;
  },
};

function signed(value: number): string {
  return value < 0 ? String(value) : `+${value}`;
}

function hex(value: number): string {
  return value < 0 ? `-0x${(-value).toString(16)}` : `0x${value.toString(16)}`;
}

function printAlu(i: Fields, style: Style): string {
  const { opcode, dst, src, offset, imm } = i;
  const is64 = (opcode & 7) === classes.alu64;
  const operation = opcode & 0xf0;
  const register = is64 ? "r" : "w";
  const bySource = (opcode & REGISTER) !== 0;
  if (operation === alu.end) {
    if (is64 && bySource) return unknown(i);
    const name = is64 ? "bswap" : bySource ? "be" : "le";
    return tail(`r${dst} = ${name}${imm} r${dst}`, i, dstImm);
  }
  if (operation === alu.neg) {
    if (bySource) return unknown(i);
    return tail(`${register}${dst} = -${register}${dst}`, i, ["dst"]);
  }
  const sign = aluSigns[operation >> 4];
  if (sign === undefined) return unknown(i);
  if (operation === alu.mov && bySource) {
    if (is64 && offset === 1) {
      const [to, from] = [imm >>> 16, imm & 0xffff].map(style.immediate);
      return tail(`r${dst} = addr_space_cast(r${src}, ${to}, ${from})`, i, dstSrcOffsetImm);
    }
    if (is64 && offset === -1) return tail(`r${dst} = &(void __percpu *)(r${src})`, i, dstSrcOffset);
    if (offset === 8 || offset === 16 || (offset === 32 && is64)) {
      return tail(`${register}${dst} = (s${offset})${register}${src}`, i, dstSrcOffset);
    }
  }
  const isSigned = (operation === alu.div || operation === alu.mod) && offset === 1;
  const text = `${register}${dst} ${isSigned ? "s" : ""}${sign} `;
  if (bySource) return tail(`${text}${register}${src}`, i, isSigned ? dstSrcOffset : dstSrc);
  return tail(text + style.immediate(imm), i, isSigned ? dstOffsetImm : dstImm);
}

function printJump(i: Fields, style: Style): string {
  const { opcode, dst, src, offset, imm } = i;
  const is64 = (opcode & 7) === classes.jmp;
  const bySource = (opcode & REGISTER) !== 0;
  switch (opcode) {
    case opcodes.call:
      return printCall(i, style);
    case opcodes.callRegister:
      return tail(`callx r${dst}`, i, ["dst"]);
    case opcodes.exit:
      return tail("exit", i, none);
    case opcodes.jump:
      return tail(`goto ${place(i, offset, style)}`, i, ["offset"]);
    case opcodes.jumpLong:
      return tail(`gotol ${place(i, imm, style)}`, i, ["imm"]);
    case opcodes.jumpRegister:
      return tail(`gotox r${dst}`, i, ["dst"]);
    case opcodes.mayGoto:
      if (src !== 0) return unknown(i);
      return tail(`may_goto ${place(i, offset, style)}`, i, ["offset"]);
  }
  const sign = jumpSigns[(opcode & 0xf0) >> 4];
  if (sign === undefined || sign === "") return unknown(i);
  const register = is64 ? "r" : "w";
  const second = bySource ? `${register}${src}` : style.compared(imm);
  const text = `if ${register}${dst} ${sign} ${second} goto ${place(i, offset, style)}`;
  return tail(text, i, bySource ? dstSrcOffset : dstOffsetImm);
}

function place({ target }: Fields, distance: number, style: Style): string {
  return target?.kind === "label" ? target.name : style.goto(distance);
}

function printCall(i: Fields, style: Style): string {
  const { src, imm, target } = i;
  if (src === calls.local) {
    if (target?.kind === "label") {
      // A helper can have the same name.
      const name = helperNumber(target.name) === undefined ? target.name : `subprog[${target.name}]`;
      return tail(`call ${name}`, i, ["src", "imm"]);
    }
    return tail(`call ${style.llvm ? hex(imm) : `pc${signed(imm)}`}`, i, ["src", "imm"]);
  }
  if (src === calls.kfunc) {
    const name = target?.kind === "kfunc" ? target.name : "kernel-function";
    return tail(`call ${name}#${imm}`, i, ["src", "imm", "offset"], i.offset !== 0);
  }
  if (src !== calls.helper) return unknown(i);
  if (target?.kind === "helper") return tail(`call ${target.name}#${imm}`, i, ["imm"]);
  if (style.llvm) return tail(`call ${hex(imm)}`, i, ["imm"]);
  const name = helperName(imm);
  return tail(`call ${name === undefined ? "unknown" : `bpf_${name}`}#${imm}`, i, ["imm"]);
}

const operationOf = (imm: number): string | undefined => fetchNames[imm & ~atomics.fetch];

function printStoreRegister(i: Fields, style: Style): string {
  const { opcode, dst, src, offset, imm } = i;
  const size = sizeNames[(opcode >> 3) & 3] as string;
  const is64 = size === "u64";
  const value = is64 ? `r${src}` : style.half(src);
  const mode = opcode & 0xe0;
  const at = `(${size} *)(${style.address(dst, offset)})`;
  if (mode === modes.mem) return tail(`*${at} = ${value}`, i, dstSrcOffset);
  if (mode !== modes.atomic) return unknown(i);
  const wideSuffix = is64 ? "64" : "";
  const address = style.address(dst, offset);
  if (imm === atomics.loadAcquire) {
    const target = is64 ? `r${dst}` : style.half(dst);
    return tail(`${target} = load_acquire((${size} *)(${style.address(src, offset)}))`, i, dstSrcOffsetImm);
  }
  if (imm === atomics.storeRelease) return tail(`store_release(${at}, ${value})`, i, dstSrcOffsetImm);
  if (size !== "u32" && size !== "u64") return unknown(i);
  if (imm === atomics.xchg) {
    if (style.llvm)
      return tail(`${value} = ${is64 ? "xchg_64" : "xchg32_32"}(${address}, ${value})`, i, dstSrcOffsetImm);
    return tail(`${value} = atomic${wideSuffix}_xchg(${at}, ${value})`, i, dstSrcOffsetImm);
  }
  if (imm === atomics.cmpxchg) {
    const old = is64 ? "r0" : style.half(0);
    const text = style.llvm
      ? `${is64 ? "cmpxchg_64" : "cmpxchg32_32"}(${address}, ${old}, ${value})`
      : `atomic${wideSuffix}_cmpxchg(${at}, ${old}, ${value})`;
    return tail(`${old} = ${text}`, i, dstSrcOffsetImm);
  }
  const name = operationOf(imm);
  if (name === undefined) return unknown(i);
  if ((imm & atomics.fetch) !== 0) {
    const suffix = style.llvm ? "" : wideSuffix;
    return tail(`${value} = atomic${suffix}_fetch_${name}(${at}, ${value})`, i, dstSrcOffsetImm);
  }
  return tail(`lock *${at} ${aluSigns[imm >> 4]} ${value}`, i, dstSrcOffsetImm);
}

function printStore(i: Fields, style: Style): string {
  if (i.opcode === opcodes.noSpeculation) return tail("nospec", i, none);
  if ((i.opcode & 0xe0) !== modes.mem) return unknown(i);
  const size = sizeNames[(i.opcode >> 3) & 3];
  const at = style.address(i.dst, i.offset);
  return tail(`*(${size} *)(${at}) = ${style.immediate(i.imm)}`, i, dstOffsetImm);
}

function printLoad(i: Fields, style: Style): string {
  const { opcode, dst, src, offset } = i;
  const size = sizeNames[(opcode >> 3) & 3] as string;
  const mode = opcode & 0xe0;
  const at = `(${style.address(src, offset)})`;
  if (mode === modes.mem) {
    return tail(`${size === "u64" ? `r${dst}` : style.half(dst)} = *(${size} *)${at}`, i, dstSrcOffset);
  }
  if (mode !== modes.memsx || size === "u64") return unknown(i);
  return tail(`r${dst} = *(s${size.slice(1)} *)${at}`, i, dstSrcOffset);
}

function printImmediateLoad(i: Fields, style: Style): string {
  const { opcode, dst, src, imm } = i;
  const size = sizeNames[(opcode >> 3) & 3] as string;
  const mode = opcode & 0xe0;
  if (opcode === opcodes.loadImm64) return tail(`r${dst} = ${immediate64(i, style)}`, i, wide);
  if (size === "u64") return unknown(i);
  if (mode === modes.abs) return tail(`r0 = *(${size} *)skb[${style.immediate(imm)}]`, i, ["imm"]);
  if (mode !== modes.ind) return unknown(i);
  if (style.llvm && imm === 0) return tail(`r0 = *(${size} *)skb[r${src}]`, i, ["src"]);
  return tail(`r0 = *(${size} *)skb[r${src} + ${style.immediate(imm)}]`, i, ["src", "imm"]);
}

function immediate64(i: Fields, style: Style): string {
  const { src, imm, high, target } = i;
  const named = target === undefined ? undefined : nameOf(target, src, high);
  if (named !== undefined) return named;
  const within = `[0]${signed(high)}`;
  switch (src) {
    case pseudo.mapFd:
      return high === 0 ? `map[fd:${imm}]` : `map[fd:${imm}][1]${signed(high)}`;
    case pseudo.mapValue:
      return `map[fd:${imm}]${within}`;
    case pseudo.mapIndex:
      return high === 0 ? `map[idx:${imm}]` : `map[idx:${imm}][1]${signed(high)}`;
    case pseudo.mapIndexValue:
      return `map[idx:${imm}]${within}`;
    case pseudo.btfId:
      return high === 0 ? `btf[id:${imm}]` : `btf[id:${imm}][fd:${high}]`;
    case pseudo.func:
      return high === 0 ? `subprog[${signed(imm)}]` : `subprog[${signed(imm)}][1]${signed(high)}`;
    case pseudo.value:
      return style.wide((BigInt(high >>> 0) << 32n) | BigInt(imm >>> 0));
    default:
      return `pseudo${src}[${imm}][${high}]`;
  }
}

function nameOf(target: Target, src: number, high: number): string | undefined {
  switch (target.kind) {
    case "label":
      return `subprog[${target.name}]`;
    case "ksym":
      return `ksym[${target.name}]`;
    case "data": {
      const { section, variable } = target;
      if (section === undefined) return `var[${variable}][0]${signed(high)}`;
      return `map[${section}][0]${signed(high)}${variable === undefined ? "" : ` <${variable}>`}`;
    }
    case "map":
      return mapName(target.map, src, high);
    default:
      return undefined;
  }
}

/** The name of a live map, if it has one. */
function mapName(map: HasFd | string, src: number, high: number): string | undefined {
  const name = typeof map === "string" ? map : "name" in map ? String(map.name) : "";
  if (!/^[\w.$]+$/.test(name)) return undefined;
  return `map[${name}]${src === pseudo.mapValue ? `[0]${signed(high)}` : ""}`;
}

function unknown(i: Fields): string {
  return tail(`BUG_${i.opcode.toString(16).padStart(2, "0")}`, i, none);
}

function tail(text: string, i: Fields, used: Used, always = false): string {
  const { dst, src, offset, imm, high } = i;
  if (!always && ((dst | src | offset | imm | high) === 0 || (used === wide && offset === 0))) return text;
  let rest = "";
  for (const field of numeric) {
    if (i[field] === 0 || (used.includes(field) && !(always && field === "offset"))) continue;
    rest += `${rest === "" ? "" : ", "}${field}=${i[field]}`;
  }
  return rest === "" ? text : `${text} {${rest}}`;
}
