import { attributes, tags } from "./constants.ts";
import type { Die } from "./die.ts";
import { type DwarfLocation, placeOf } from "./location.ts";
import { locationList, type Range, rangesOf } from "./ranges.ts";

/** The location of a variable during a range of instructions. */
export interface Located {
  readonly place: DwarfLocation;
  /** The instructions. Undefined: all instructions in the scope of the variable. */
  readonly range: Range | undefined;
}

/** A local variable or parameter of a function or of an inlined function. */
export interface LocalVariable {
  readonly name: string;
  readonly type: Die;
  /** The instructions of the block that declares the variable. */
  readonly scope: readonly Range[];
  /** The locations. Empty if the compiler describes none, or only the value of the variable. */
  readonly locations: readonly Located[];
}

/** A function with instructions of its own. */
export interface DwarfFunction {
  readonly name: string;
  readonly ranges: readonly Range[];
  /** The variables. Those of inner blocks follow those of outer blocks. */
  readonly variables: readonly LocalVariable[];
}

// No compiler nests blocks and inlined calls this deep.
const MAX_DEPTH = 64;

/** Reads a function. Undefined for a function without instructions, for example if all calls were inlined. */
export function readFunction(die: Die): DwarfFunction | undefined {
  const ranges = rangesOf(die);
  if (ranges.length === 0) return undefined;
  const frameBase = die.block(attributes.frameBase);
  const variables: LocalVariable[] = [];
  const visit = (within: Die, scope: readonly Range[], depth: number): void => {
    if (depth > MAX_DEPTH) return;
    const inner: Die[] = [];
    for (const child of within.children()) {
      switch (child.tag) {
        case tags.variable:
        case tags.formalParameter: {
          const variable = readVariable(child, scope, frameBase);
          if (variable !== undefined) variables.push(variable);
          break;
        }
        case tags.lexicalBlock:
        case tags.inlinedSubroutine:
          inner.push(child);
      }
    }
    for (const block of inner) {
      const own = rangesOf(block);
      visit(block, own.length > 0 ? own : scope, depth + 1);
    }
  };
  visit(die, ranges, 0);
  return { name: nameOf(die), ranges, variables };
}

function readVariable(
  die: Die,
  scope: readonly Range[],
  frameBase: Uint8Array | undefined,
): LocalVariable | undefined {
  const type = inherited(die, (from) => from.type);
  const location = die.value(attributes.location);
  if (type === undefined) return undefined;
  const locations: Located[] = [];
  const add = (range: Range | undefined, expression: Uint8Array): void => {
    const place = placeOf(expression, die.unit.sections.littleEndian, frameBase);
    if (place !== undefined) locations.push({ place, range });
  };
  if (location === undefined) return { name: nameOf(die), type, scope, locations };
  if (typeof location.value === "number") locationList(die.unit, location.form, location.value, add);
  else add(undefined, location.value);
  return { name: nameOf(die), type, scope, locations };
}

function nameOf(die: Die): string {
  return inherited(die, (from) => (from.name === "" ? undefined : from.name)) ?? "";
}

/** An attribute of an entry or its abstract origin: an inlined function is described once. */
function inherited<T>(die: Die, get: (from: Die) => T | undefined): T | undefined {
  let at: Die | undefined = die;
  for (let depth = 0; at !== undefined && depth < 4; depth++) {
    const found = get(at);
    if (found !== undefined) return found;
    at = at.reference(attributes.abstractOrigin) ?? at.reference(attributes.specification);
  }
  return undefined;
}
