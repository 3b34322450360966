import { type LoadPlan, loadPlan } from "../load-plan.ts";
import { type ObjectDefinition, readObject } from "./read-object.ts";

// One program rarely loads more objects in turn.
const MOST_RECENT = 16;

// Weak, so that an object is forgotten with its last spec.
let recent: WeakRef<SharedObject>[] = [];

/** An object that was read. All specs of the same bytes and name share it, and thereby the codecs of its types. */
export class SharedObject {
  readonly definition: ObjectDefinition;
  #plan: { readonly plan: LoadPlan | undefined } | undefined;

  private constructor(definition: ObjectDefinition) {
    this.definition = definition;
  }

  /**
   * Reads an object, or returns the shared one if a spec of equal bytes is in use.
   *
   * @throws The errors of {@link readObject}.
   */
  static of(bytes: Uint8Array, name: string): SharedObject {
    for (const each of recent) {
      const known = each.deref();
      if (known !== undefined && isOf(known.definition, bytes, name)) return known;
    }
    // A copy, because the caller can change its bytes later.
    const read = new SharedObject(readObject(new Uint8Array(bytes), name));
    recent = [new WeakRef(read), ...recent.filter((each) => each.deref() !== undefined)].slice(
      0,
      MOST_RECENT,
    );
    return read;
  }

  /** The plan for loading the object without edits; undefined if loading needs more than a plan. */
  get plan(): LoadPlan | undefined {
    this.#plan ??= { plan: loadPlan(this.definition) };
    return this.#plan.plan;
  }
}

function isOf(known: ObjectDefinition, bytes: Uint8Array, name: string): boolean {
  // Bytes in the same memory may have been changed since they were read.
  if (known.bytes.length !== bytes.length || known.bytes.buffer === bytes.buffer) return false;
  return known.name === name && Buffer.compare(known.bytes, bytes) === 0;
}
