import type { Fields, Target } from "./fields.ts";
import { helperNumber } from "./helpers.ts";
import { Instruction } from "./instruction.ts";
import {
  alu,
  atomics,
  calls,
  classes,
  modes,
  opcodes,
  pseudo,
  REGISTER,
  type Size,
  sizes,
} from "./opcodes.ts";
import { aluSigns, jumpSigns, type Notation } from "./print-instruction.ts";

type Match = readonly (string | undefined)[];
/** An instruction, or what is wrong with it; undefined when it is of another form. */
type Parsed = Instruction | string | undefined;
type Form = readonly [pattern: RegExp, make: (match: Match, notation: Notation) => Parsed];

const R = "([rw])(\\d\\d?)";
const NUMBER = "([+-]?(?:0x[0-9a-f]+|\\d+))";
const AT = "\\(\\s*r(\\d\\d?)\\s*([+-])\\s*(0x[0-9a-f]+|\\d+)\\s*\\)";
const SIZE = "([us](?:8|16|32|64))";
const PLACE = "(?:pc)?([+-](?:0x[0-9a-f]+|\\d+))(?: <[^<> ]*>)?";
const LABEL = "([\\w.$]+)(?: <[^<> ]*>)?";
const TO = `(?:${PLACE}|${LABEL})`;

/** One line without what stands around it. */
export function parseInstruction(line: string, notation: Notation): Parsed {
  const [text, extra] = splitTail(line);
  const fields = extra === undefined ? {} : parseTail(extra);
  if (typeof fields === "string") return fields;
  for (const [pattern, make] of forms) {
    const match = pattern.exec(text);
    if (match === null) continue;
    const made = make(match.slice(1), notation);
    if (made === undefined) continue;
    if (typeof made === "string" || extra === undefined) return made;
    return made.with(fields);
  }
  return undefined;
}

function splitTail(line: string): [text: string, tail: string | undefined] {
  if (!line.endsWith("}")) return [line, undefined];
  const start = line.indexOf(" {");
  return start === -1 ? [line, undefined] : [line.slice(0, start), line.slice(start + 2, -1)];
}

const limits: Readonly<Record<string, readonly [number, number]>> = {
  dst: [0, 15],
  src: [0, 15],
  offset: [-0x8000, 0x7fff],
  imm: [-0x8000_0000, 0x7fff_ffff],
  high: [-0x8000_0000, 0x7fff_ffff],
};

function parseTail(tail: string): Partial<Fields> | string {
  const fields: Record<string, number> = {};
  for (const part of tail.split(", ")) {
    const match = /^(dst|src|offset|imm|high)=(-?\d{1,10})$/.exec(part);
    if (match === null) return `no field is written so: ${part}`;
    const [, name, value] = match as unknown as [string, string, string];
    const [least, most] = limits[name] as readonly [number, number];
    if (Number(value) < least || Number(value) > most) return `${name} is out of range: ${value}`;
    fields[name] = Number(value);
  }
  return fields;
}

// 32 bits, with sign or without.
function immediate(text: string): number | undefined {
  const value = number(text);
  return value >= -0x8000_0000 && value <= 0xffff_ffff ? value | 0 : undefined;
}

function number(text: string): number {
  const negative = text.startsWith("-");
  const bare = /^[+-]/.test(text) ? text.slice(1) : text;
  return negative ? -Number(bare) : Number(bare);
}

function register(text: string | undefined): number {
  return Number(text);
}

function build(
  opcode: number,
  dst: number,
  src: number,
  offset: number | undefined,
  imm: number | undefined,
  high = 0,
  target?: Target,
): Parsed {
  if (dst > 10 || src > 10) return "the machine has registers from 0 to 10";
  if (offset === undefined || offset < -0x8000 || offset > 0x7fff) return "an offset has 16 bits";
  if (imm === undefined) return "an immediate has 32 bits";
  return new Instruction(opcode, dst, src, offset, imm, high, target);
}

const aluOperations = new Map<string, number>();
for (const [i, sign] of aluSigns.entries()) if (sign !== "") aluOperations.set(sign, i << 4);
const jumpOperations = new Map<string, number>();
for (const [i, sign] of jumpSigns.entries()) if (sign !== "") jumpOperations.set(sign, i << 4);
const fetchOperations: Readonly<Record<string, number>> = {
  add: atomics.add,
  or: atomics.or,
  and: atomics.and,
  xor: atomics.xor,
};

function classOf(width: string | undefined): number {
  return width === "w" ? classes.alu : classes.alu64;
}

function offsetOf(sign: string | undefined, digits: string | undefined): number {
  return sign === "-" ? -Number(digits) : Number(digits);
}

/** The fields of a jump's place: a distance, or a label. */
function toPlace(
  distance: string | undefined,
  name: string | undefined,
): [number | undefined, Target | undefined] {
  if (distance !== undefined) return [immediate(distance), undefined];
  return [0, { kind: "label", name: name as string }];
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

function wideImmediate(dst: string | undefined, digits: string): Parsed {
  if (digits.length > 30) return "a 64-bit immediate has 64 bits";
  const negative = digits.startsWith("-");
  const value = BigInt(digits.replace(/^[+-]/, "")) * (negative ? -1n : 1n);
  if (value < -(2n ** 63n) || value >= 2n ** 64n) return "a 64-bit immediate has 64 bits";
  const low = Number(BigInt.asIntN(32, value));
  return build(opcodes.loadImm64, register(dst), 0, 0, low, Number(BigInt.asIntN(32, value >> 32n)));
}

const forms: readonly Form[] = [
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
        if (width2 !== width) return "both registers have to be of one width";
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
      if (helper !== undefined) return build(opcodes.call, 0, calls.helper, 0, helper);
      return build(opcodes.call, 0, calls.local, 0, 0, 0, { kind: "label", name: name as string });
    },
  ],
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
      if (width === "w" && bits === "64") return "64 bits do not come from half a register";
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
      if (dst !== src) return "the result goes to the register that the value came from";
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
      if (dst !== src) return "the result goes to the register that the value came from";
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
      if (dst !== again) return "the bytes of one register are swapped in place";
      const opcode =
        alu.end | (name === "bswap" ? classes.alu64 : classes.alu) | (name === "be" ? REGISTER : 0);
      return build(opcode, register(dst), 0, 0, immediate(bits as string));
    },
  ],
  [
    /^([rw])(\d\d?) = -([rw])(\d\d?)$/,
    ([width, dst, again, src]) => {
      if (width !== again || dst !== src) return "the sign of one register is turned in place";
      return build(alu.neg | classOf(width), register(dst), 0, 0, 0);
    },
  ],
  [
    /^([rw])(\d\d?) = \(s(8|16|32)\)([rw])(\d\d?)$/,
    ([width, dst, bits, again, src]) => {
      if (width !== again) return "both registers have to be of one width";
      if (width === "w" && bits === "32") return undefined;
      return build(alu.mov | REGISTER | classOf(width), register(dst), register(src), Number(bits), 0);
    },
  ],
  [new RegExp(`^r(\\d\\d?) = ${NUMBER} ll$`), ([dst, value]) => wideImmediate(dst, value as string)],
  [
    /^r(\d\d?) = (\w+)\[(.{1,200})$/,
    ([dst, kind, rest]) => reference(register(dst), kind as string, rest as string),
  ],
  [
    new RegExp(`^${R} (s?)(=|[-+*/%&|^]=|<<=|>>=|s>>=) (?:${R}|${NUMBER})$`),
    ([width, dst, signed, sign, width2, src, imm], notation) => {
      // `s>>=` is an operation of its own; `s/=` and `s%=` are the others with a sign.
      const operation = aluOperations.get(signed === "s" && sign === ">>=" ? "s>>=" : (sign as string));
      const isSigned = signed === "s" && sign !== ">>=";
      if (operation === undefined || (isSigned && sign !== "/=" && sign !== "%=")) return undefined;
      const opcode = operation | classOf(width);
      if (src !== undefined) {
        if (width2 !== width) return "both registers have to be of one width";
        return build(opcode | REGISTER, register(dst), register(src), isSigned ? 1 : 0, 0);
      }
      const text = imm as string;
      const isWide = notation === "kernel" && sign === "=" && width === "r" && text.startsWith("0x");
      if (isWide) return wideImmediate(dst, text);
      return build(opcode, register(dst), 0, isSigned ? 1 : 0, immediate(text));
    },
  ],
  [
    /^BUG_([0-9a-f]{2})$/,
    ([opcode]) =>
      opcode === "18" ? undefined : new Instruction(Number.parseInt(opcode as string, 16), 0, 0, 0, 0),
  ],
];

function call(name: string, id: number | undefined): Parsed {
  const helper = helperNumber(name);
  if (name === "unknown" || helper !== undefined) {
    if (helper !== undefined && helper !== id) return `helper ${name} has number ${helper}`;
    return build(opcodes.call, 0, calls.helper, 0, id);
  }
  const target: Target | undefined = name === "kernel-function" ? undefined : { kind: "kfunc", name };
  return build(opcodes.call, 0, calls.kfunc, 0, id, 0, target);
}

/** What stands for a 64-bit immediate: `map[fd:3][0]+8`, `subprog[+5]`, `map[counts]`. */
function reference(dst: number, kind: string, rest: string): Parsed {
  const wide = (
    src: number,
    imm: number | undefined,
    high: number | undefined = 0,
    target?: Target,
  ): Parsed =>
    high === undefined ? "an offset has 32 bits" : build(opcodes.loadImm64, dst, src, 0, imm, high, target);
  const match = /^([^\]]+)\](?:\[([^\]]+)\]([+-]\d+)?)?(?: <([\w.$]+)>)?$/.exec(rest);
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
    if (!/^[\w.$]+$/.test(inner)) return undefined;
    if (isValue && inner.startsWith(".")) {
      return wide(pseudo.mapValue, 0, high, { kind: "data", section: inner, variable });
    }
    return wide(isValue ? pseudo.mapValue : pseudo.mapFd, 0, high, { kind: "map", map: inner });
  }
  if (kind === "var") {
    if (!isValue || !/^[\w.$]+$/.test(inner)) return undefined;
    return wide(pseudo.mapValue, 0, high, { kind: "data", section: undefined, variable: inner });
  }
  if (kind === "subprog") {
    if (/^[+-]\d+$/.test(inner)) return wide(pseudo.func, immediate(inner), high);
    return /^[\w.$]+$/.test(inner) ? wide(pseudo.func, 0, 0, { kind: "label", name: inner }) : undefined;
  }
  if (kind === "btf") {
    const id = /^id:(-?\d+)$/.exec(inner)?.[1];
    const fd = index === undefined ? "0" : /^fd:(-?\d+)$/.exec(index)?.[1];
    return id === undefined || fd === undefined
      ? undefined
      : wide(pseudo.btfId, immediate(id), immediate(fd));
  }
  if (kind === "ksym")
    return /^[\w.$]+$/.test(inner) ? wide(pseudo.btfId, 0, 0, { kind: "ksym", name: inner }) : undefined;
  const raw = /^pseudo(\d\d?)$/.exec(kind)?.[1];
  if (raw === undefined || Number(raw) > 15 || index === undefined) return undefined;
  const [imm, upper] = [inner, index].map((text) => (/^-?\d+$/.test(text) ? immediate(text) : undefined));
  if (imm === undefined || upper === undefined) return "an immediate has 32 bits";
  return dst > 10
    ? "the machine has registers from 0 to 10"
    : new Instruction(opcodes.loadImm64, dst, Number(raw), 0, imm, upper);
}
