import { alu } from "../asm/opcodes.ts";
import type { State } from "./state.ts";
import { constant, join, onlyConstant, plus, pointersOf, sum, type Value } from "./tracked-value.ts";

const operation = (opcode: number): number => opcode & 0xf0;

/** The result of an arithmetic instruction. */
export function arithmetic(opcode: number, offset: number, left: Value, right: Value, half: boolean): Value {
  switch (operation(opcode)) {
    case alu.mov:
      // With an offset, the instruction is a sign extension or a cast of an arena pointer.
      return offset === 0 ? (half ? lower(right) : right) : undefined;
    case alu.add:
      return half ? lower(sum(left, right)) : sum(left, right);
    case alu.sub: {
      const number = onlyConstant(right);
      const moved = plus(left, number === undefined ? undefined : constant(-number));
      return half ? lower(moved) : moved;
    }
  }
  const [a, b] = [onlyConstant(left), onlyConstant(right)];
  const folded = a === undefined || b === undefined ? undefined : fold(operation(opcode), a, b);
  return folded === undefined ? undefined : constant(half ? folded >>> 0 : folded);
}

/** The lower 32 bits of a value. Undefined for a pointer. */
function lower(value: Value): Value {
  if (value?.some(({ kind }) => kind === "pointer")) return undefined;
  return value?.map((one) => (one.kind === "constant" ? { kind: "constant", value: one.value >>> 0 } : one));
}

// Limited to 31-bit numbers, where JavaScript operators agree with BPF in both widths.
function fold(kind: number, a: number, b: number): number | undefined {
  if (a < 0 || b < 0 || a > 0x7fff_ffff || b > 0x7fff_ffff) return undefined;
  switch (kind) {
    case alu.and:
      return a & b;
    case alu.or:
      return a | b;
    case alu.xor:
      return a ^ b;
    case alu.mul:
      return a * b;
    case alu.lsh:
      return b < 22 ? a * 2 ** b : undefined;
    case alu.rsh:
      return b < 32 ? a >>> b : undefined;
    default:
      return undefined;
  }
}

/** The value in memory at an address plus `offset`. */
export function loadFrom(state: State, address: Value, offset: number, size: number): Value {
  const places = pointersOf(address);
  let found: Value;
  for (const [i, { to, offset: at }] of places.entries()) {
    const value = state.load(to, at === undefined ? undefined : at + offset, size);
    found = i === 0 ? value : join(found, value);
  }
  return found;
}

export function storeTo(state: State, address: Value, offset: number, size: number, value: Value): void {
  const places = pointersOf(address);
  const [only, second] = places;
  const at = (place: number | undefined): number | undefined =>
    place === undefined ? undefined : place + offset;
  if (only !== undefined && second === undefined) state.store(only.to, at(only.offset), size, value);
  // The store changes one of several targets, and it is unknown which.
  else for (const place of places) state.forget(place.to, at(place.offset), size);
}
