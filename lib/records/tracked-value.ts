/**
 * The possible values of a register or memory location, as far as known without running the program: a few constants
 * and pointers. Undefined means any value.
 */
export type Value = readonly Possibility[] | undefined;

export type Possibility = Constant | Pointer;

export interface Constant {
  readonly kind: "constant";
  readonly value: number;
}

export interface Pointer {
  readonly kind: "pointer";
  /** The object into which the pointer points. */
  readonly to: Thing;
  /** The offset in bytes from the start of the object. Undefined if it depends on data. */
  readonly offset: number | undefined;
  /** The offset in bytes of an array, if the pointer was made by adding data to it: the address of an element. */
  readonly array?: number | undefined;
}

/** An object to which a program has a pointer. Equal keys identify the same object. */
export type Thing =
  /** A map, as passed to helpers. */
  | { readonly kind: "map"; readonly key: string; readonly map: string }
  /** A value of a map. All values of one map are one object. */
  | { readonly kind: "map-value"; readonly key: string; readonly map: string }
  /** The stack frame of a function. The program has depth 0, and a function that it calls has depth 1. */
  | { readonly kind: "frame"; readonly key: string; readonly depth: number }
  /** A data section of the object. */
  | { readonly kind: "data"; readonly key: string; readonly section: string }
  /** The memory of a record in a ring buffer. */
  | { readonly kind: "record"; readonly key: string; readonly id: string }
  /** A dynptr: the kernel's handle for such memory. */
  | { readonly kind: "dynptr"; readonly key: string; readonly id: string }
  | { readonly kind: "context"; readonly key: string }
  /** A function of the object. */
  | { readonly kind: "function"; readonly key: string; readonly section: number; readonly slot: number };

export const things = {
  map: (map: string): Thing => ({ kind: "map", key: `map ${map}`, map }),
  mapValue: (map: string): Thing => ({ kind: "map-value", key: `value ${map}`, map }),
  frame: (context: string, depth: number): Thing => ({ kind: "frame", key: `frame ${context}`, depth }),
  data: (section: string): Thing => ({ kind: "data", key: `data ${section}`, section }),
  record: (id: string): Thing => ({ kind: "record", key: `record ${id}`, id }),
  dynptr: (id: string): Thing => ({ kind: "dynptr", key: `dynptr ${id}`, id }),
  context: { kind: "context", key: "context" } as Thing,
  function: (section: number, slot: number): Thing => ({
    kind: "function",
    key: `function ${section}:${slot}`,
    section,
    slot,
  }),
};

// A larger set is unlikely to be a choice in the source.
const MAX_POSSIBILITIES = 8;

// Outside this range, JavaScript numbers are not exact.
const MAX_CONSTANT = Number.MAX_SAFE_INTEGER;

export function constant(value: number): Value {
  return Math.abs(value) <= MAX_CONSTANT ? [{ kind: "constant", value }] : undefined;
}

export function pointer(to: Thing, offset: number | undefined = 0): Value {
  return [{ kind: "pointer", to, offset }];
}

/** The number, if the only possible value is a constant. */
export function onlyConstant(value: Value): number | undefined {
  const [only, second] = value ?? [];
  return second === undefined && only?.kind === "constant" ? only.value : undefined;
}

/** The possible pointers of a value without NULL, which programs check for. */
export function pointersOf(value: Value): Pointer[] {
  return (value ?? []).filter((one): one is Pointer => one.kind === "pointer");
}

export function isSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined || a.length !== b.length) return false;
  return a.every((one) => b.some((other) => isSamePossibility(one, other)));
}

function isSamePossibility(a: Possibility, b: Possibility): boolean {
  if (a.kind === "constant") return b.kind === "constant" && a.value === b.value;
  return b.kind === "pointer" && a.to.key === b.to.key && a.offset === b.offset && a.array === b.array;
}

/** The union of the values of two joining paths. */
export function join(a: Value, b: Value): Value {
  if (a === b) return a;
  if (a === undefined || b === undefined) return undefined;
  const found = [...a];
  for (const one of b) if (!found.some((other) => isSamePossibility(one, other))) found.push(one);
  if (found.length === a.length) return a;
  return found.length <= MAX_POSSIBILITIES ? found : widen(found);
}

/** Removes the offsets of pointers, because a loop changes them without limit. */
function widen(all: readonly Possibility[]): Value {
  const kept: Possibility[] = [];
  for (const one of all) {
    if (one.kind === "constant") return undefined;
    if (!kept.some((other) => other.kind === "pointer" && other.to.key === one.to.key))
      kept.push({ ...one, offset: undefined, array: undefined });
  }
  return kept.length <= MAX_POSSIBILITIES ? kept : undefined;
}

/** The sum of a pointer and a number, in either order, or of two numbers. */
export function sum(a: Value, b: Value): Value {
  return pointersOf(a).length === 0 && pointersOf(b).length > 0 ? plus(b, a) : plus(a, b);
}

/** The value plus a number. */
export function plus(value: Value, amount: Value): Value {
  if (value === undefined) return undefined;
  const number = onlyConstant(amount);
  const found: Possibility[] = [];
  for (const one of value) {
    if (one.kind === "pointer") {
      const offset = number === undefined || one.offset === undefined ? undefined : one.offset + number;
      const array = number === undefined ? one.offset : number === 0 ? one.array : undefined;
      found.push({ ...one, offset, array });
    } else if (number === undefined) return undefined;
    else found.push({ kind: "constant", value: one.value + number });
  }
  return found;
}
