import type { Btf, TypeId } from "../btf/index.ts";
import { type Die, type DwarfLocation, FRAME_POINTER, targetOf } from "../dwarf/index.ts";
import type { CodeFunction } from "./code.ts";
import { loadFrom } from "./fold-arithmetic.ts";
import type { Frame } from "./interpreter.ts";
import type { Locals } from "./locals.ts";
import type { Parameters } from "./parameters.ts";
import type { State } from "./state.ts";
import { constant, plus, pointersOf, type Thing, type Value } from "./tracked-value.ts";

/** A type that a pointer variable of the program gives to an object. */
export interface Observed {
  readonly type: TypeId | Die;
  /** The offset in bytes from the start of the object. */
  readonly offset: number;
}

const ARGUMENTS = 5;
const POINTER_SIZE = 8;

/** Records the types that pointer variables give to objects while functions run. */
export class Observations {
  readonly #locals: Locals;
  readonly #parameters: Parameters;
  readonly #btf: Btf;
  readonly #found = new Map<string, Observed[]>();

  constructor(locals: Locals, parameters: Parameters, btf: Btf) {
    this.#locals = locals;
    this.#parameters = parameters;
    this.#btf = btf;
  }

  of(thing: Thing): readonly Observed[] {
    return this.#found.get(thing.key) ?? [];
  }

  /** Examines the variables whose location starts at an instruction. */
  watch({ code, depth, slot }: Frame, state: State): void {
    for (const { variable, place } of this.#locals.startingAt(code.section, slot)) {
      const type = targetOf(variable.type);
      if (type !== undefined) this.#note(this.#valueOf(place, code, state), type);
    }
    if (slot === code.start && depth > 0) this.#watchParameters(code, state);
  }

  #valueOf(place: DwarfLocation, code: CodeFunction, state: State): Value {
    if (place.register > FRAME_POINTER) return undefined;
    const held = state.registers[place.register];
    if (place.kind === "value") return plus(held, constant(place.offset));
    const offset = place.register === FRAME_POINTER ? this.#locals.frameOffset(code, place) : place.offset;
    return loadFrom(state, held, offset, POINTER_SIZE);
  }

  #watchParameters(code: CodeFunction, state: State): void {
    for (const [i, type] of this.#parameters.of(code).slice(0, ARGUMENTS).entries()) {
      const pointer = this.#btf.resolve(type);
      if (pointer.kind !== "ptr" || this.#btf.resolve(pointer.type).kind === "void") continue;
      this.#note(state.registers[i + 1], pointer.type);
    }
  }

  #note(value: Value, type: TypeId | Die): void {
    for (const { to, offset } of pointersOf(value)) {
      if (offset === undefined) continue;
      const known = this.#found.get(to.key) ?? [];
      if (!known.some((one) => one.offset === offset && isSameType(one.type, type)))
        this.#found.set(to.key, [...known, { type, offset }]);
    }
  }
}

function isSameType(a: Observed["type"], b: Observed["type"]): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a.offset === b.offset && a.unit.sections === b.unit.sections;
}
