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

/** A call that the compiler replaced by the instructions of the called function. */
export interface InlinedCall {
  readonly ranges: readonly Range[];
  /** The path of the source file of the call, as passed to the compiler. */
  readonly file: string;
  /** The line number of the call, from 1. */
  readonly line: number;
}

/** A function with instructions of its own. */
export interface DwarfFunction {
  readonly name: string;
  readonly ranges: readonly Range[];
  /** The variables. Those of inner blocks follow those of outer blocks. */
  readonly variables: readonly LocalVariable[];
  /** The inlined calls whose line is known. Calls within inlined functions follow the calls of these functions. */
  readonly inlinedCalls: readonly InlinedCall[];
}

// No compiler nests blocks and inlined calls this deep.
const MAX_DEPTH = 64;

/**
 * Reads a function. Undefined for a function without instructions, for example if all calls were inlined.
 *
 * @param fileNames - The names of the source files of the unit, by their numbers.
 */
export function readFunction(
  die: Die,
  fileNames: readonly (string | undefined)[],
): DwarfFunction | undefined {
  const ranges = rangesOf(die);
  if (ranges.length === 0) return undefined;
  const frameBase = die.block(attributes.frameBase);
  const variables: LocalVariable[] = [];
  const inlinedCalls: InlinedCall[] = [];
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
      const call = block.tag === tags.inlinedSubroutine ? readCall(block, own, fileNames) : undefined;
      if (call !== undefined) inlinedCalls.push(call);
      visit(block, own.length > 0 ? own : scope, depth + 1);
    }
  };
  visit(die, ranges, 0);
  return { name: nameOf(die), ranges, variables, inlinedCalls };
}

function readCall(
  die: Die,
  ranges: readonly Range[],
  fileNames: readonly (string | undefined)[],
): InlinedCall | undefined {
  const file = fileNames[die.number(attributes.callFile) ?? -1];
  const line = die.number(attributes.callLine);
  return file === undefined || line === undefined ? undefined : { ranges, file, line };
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
