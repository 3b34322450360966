import type { LoadOptions } from "../load/options.ts";
import type { MapBase, StructOpsMap } from "../map/index.ts";
import {
  type MapSpec,
  ObjectSpec,
  type PlainMapSpec,
  type ProgramSpec,
  type StructOpsSpec,
  type VariableSpec,
} from "../spec/index.ts";
import type { ReadonlyVariable } from "../variable/variable.ts";
import { Collection } from "./collection.ts";
import type { Shape } from "./shape.ts";

// MapBase first: a map of unknown type has no typed members.
type MapSpecOf<M> = [MapBase] extends [M]
  ? MapSpec
  : M extends StructOpsMap<infer Members>
    ? StructOpsSpec<Members>
    : PlainMapSpec;

/** The spec type of an object with the given shape. */
export interface SpecOf<S extends Shape> {
  /** The map specs by name. */
  maps: { [Name in keyof S["maps"]]: MapSpecOf<S["maps"][Name]> };
  /** The program specs by name. */
  programs: { [Name in keyof S["programs"]]: ProgramSpec };
  /** The variable specs by name. */
  variables: {
    [Name in keyof S["variables"]]: S["variables"][Name] extends ReadonlyVariable<infer T>
      ? VariableSpec<T>
      : never;
  };
}

/**
 * An object file as data. It can be inspected, edited, and loaded many times.
 *
 * Only `load` needs Linux and privileges.
 *
 * @example
 * ```ts
 * const spec = CollectionSpec.fromFile("counter.bpf.o");
 * spec.maps.counts.maxEntries = 1024;
 * using coll = await spec.load();
 * ```
 */
// biome-ignore lint/suspicious/noExplicitAny: the default accepts the spec of any object
export class CollectionSpec<S extends Shape = any> extends ObjectSpec<SpecOf<S>> {
  /**
   * Loads the object with all edits into the kernel, on a thread of the pool.
   *
   * @returns A collection that the caller closes.
   * @throws {@link VerifierError}, {@link PermissionError}, {@link NotSupportedError}, {@link NoSymbolError},
   * {@link LoadError}, {@link InvalidArgumentError} as {@link Collection.load} does.
   */
  load(options?: LoadOptions): Promise<Collection<S>> {
    return Collection.load<S>(this, options);
  }

  /** Synchronous `load`. It blocks the event loop during verification. */
  loadSync(options?: LoadOptions): Collection<S> {
    return Collection.loadSync<S>(this, options);
  }
}
