import type { LoadOptions } from "../load/options.ts";
import { type MapSpec, ObjectSpec, type ProgramSpec, type VariableSpec } from "../spec/index.ts";
import type { ReadonlyVariable } from "../variable/variable.ts";
import { Collection } from "./collection.ts";
import type { Shape } from "./shape.ts";

/** The spec type of an object with the given shape. */
export interface SpecOf<S extends Shape> {
  maps: { [Name in keyof S["maps"]]: MapSpec };
  programs: { [Name in keyof S["programs"]]: ProgramSpec };
  variables: {
    [Name in keyof S["variables"]]: S["variables"][Name] extends ReadonlyVariable<infer T>
      ? VariableSpec<T>
      : never;
  };
}

/**
 * An object file as data. It can be inspected, edited, and loaded many times.
 *
 * Reading one needs no kernel, no privilege and no Linux; `load` does.
 */
// biome-ignore lint/suspicious/noExplicitAny: the spec of any object is to fit where none is named
export class CollectionSpec<S extends Shape = any> extends ObjectSpec<SpecOf<S>> {
  /**
   * Loads the object with all edits into the kernel, on a thread of the pool.
   *
   * @returns A collection that the caller closes.
   * @throws {@link VerifierError} when a program is refused, {@link PermissionError} without the privilege,
   * {@link NotSupportedError} for what the kernel lacks, {@link NoSymbolError} for a target that it does not have,
   * {@link LoadError} for any other reason,
   * {@link InvalidArgumentError} for an edit that makes no sense. Nothing is left in the kernel then.
   */
  load(options?: LoadOptions): Promise<Collection<S>> {
    return Collection.load<S>(this, options);
  }

  /** Synchronous `load`. It blocks the event loop during verification. */
  loadSync(options?: LoadOptions): Collection<S> {
    return Collection.loadSync<S>(this, options);
  }
}
