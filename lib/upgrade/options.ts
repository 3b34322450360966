import { checkFunction, checkPath, instanceOf, optional, optionsOf, unchecked } from "../arguments/index.ts";
import type { Storable } from "../codec/index.ts";
import type { Collection } from "../collection/collection.ts";
import type { CollectionAttachOptions, Shape } from "../collection/shape.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import type { LoadOptions } from "../load/options.ts";
import type { KeyedMap } from "../map/index.ts";
import { ObjectSpec } from "../spec/index.ts";
import type { UpgradeStep } from "./steps.ts";

/** Functions that migrate the entries of a map with another layout. Default: by the names of fields. */
export interface MapMigration<K = unknown, V = unknown> {
  /** Returns the key in the new version for a key of the old one. */
  // biome-ignore lint/suspicious/noExplicitAny: the types of another version are not known
  key?: (key: any) => K;
  /**
   * Returns the value in the new version for a value of the old one; undefined leaves the entry out. For a per-CPU map
   * it is called with the value of each CPU.
   */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  value?: (value: any, key: any) => V | undefined;
  /**
   * The counters among the fields of the new value: integers of 4 or 8 bytes, which programs only add to. An empty name
   * is the value itself; `stats.bytes` is a field of a field. Counts of the old version after the copy are added to
   * them. Other fields keep the value of the old version, unless the new version changed it too. Default: none; all of
   * a per-CPU map.
   */
  add?: readonly string[];
}

/**
 * The treatment of a map: `fresh` starts with an empty one, `keep` uses the old one although its type is unknown.
 * Functions migrate the entries.
 */
export type MapPolicy<M = unknown> =
  | "fresh"
  | "keep"
  | (M extends KeyedMap<infer K, unknown, infer In, infer KeyIn>
      ? MapMigration<KeyIn extends K ? KeyIn : Storable<K>, In>
      : MapMigration);

/** The attach options of a program: one object for one hook, an array for several. */
export type UpgradeAttach<S extends Shape> = {
  [Name in keyof CollectionAttachOptions<S>]: Several<CollectionAttachOptions<S>[Name]>;
};

type Several<Options> = Options | readonly Exclude<Options, false | undefined>[];

/** Options of {@link upgrade}. */
// biome-ignore lint/suspicious/noExplicitAny: accepts a spec of any object
export interface UpgradeOptions<S extends Shape = any> {
  /**
   * The hooks, by the names of the programs, as for {@link Collection.attach}. An array attaches a program to several
   * hooks, such as interfaces. Programs with a target in the SEC name need none; false leaves a program out.
   */
  attach?: UpgradeAttach<S>;
  /** The treatment of maps with another layout, by name. Default: migration by the names of fields. */
  maps?: { [Name in keyof S["maps"]]?: MapPolicy<S["maps"][Name]> };
  /**
   * Decides whether the new version works, while it is attached and the old one can be restored. A failure is an
   * exception, a rejected promise, or false.
   */
  check?: (coll: Collection<S>) => unknown;
  /** Called after each step, for logging. An exception restores the old version. */
  onStep?: (step: UpgradeStep) => void;
  /** Options of the load. `pinRoot` is that of maps that are pinned by name. */
  load?: LoadOptions;
}

/** A hook of a version, for {@link CanaryOptions.on}. */
export interface CanaryHook {
  /** The name of the program. */
  readonly program: string;
  /** The options of its hook, as in `attach`. */
  // biome-ignore lint/suspicious/noExplicitAny: each kind of hook has its own options
  readonly options: Readonly<Record<string, any>>;
}

/** Options of {@link canary}. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export interface CanaryOptions<S extends Shape = any> extends UpgradeOptions<S> {
  /** Selects the hooks that get the new version. */
  on: (hook: CanaryHook) => boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: the shape is not used
const checkUpgrade = optionsOf<UpgradeOptions<any>>({
  attach: unchecked,
  maps: unchecked,
  check: optional(checkFunction) as never,
  onStep: optional(checkFunction) as never,
  load: unchecked,
});

export function checkOptions<S extends Shape>(
  spec: ObjectSpec,
  folder: string,
  options: UpgradeOptions<S>,
): UpgradeOptions<S> {
  instanceOf(ObjectSpec, "a CollectionSpec")(spec, "spec of upgrade");
  checkPath(folder, "folder of upgrade");
  const checked = checkUpgrade(options, "upgrade") as UpgradeOptions<S>;
  for (const [name, policy] of Object.entries(checked.maps ?? {})) checkPolicy(spec, name, policy);
  return checked;
}

function checkPolicy(object: ObjectSpec, name: string, policy: unknown): void {
  if (!Object.hasOwn(object.maps, name)) {
    const [nearest] = nearestNames(name, Object.keys(object.maps));
    throw new InvalidArgumentError(`maps of upgrade: object "${object.name}" has no map "${name}"`, {
      remedy: nearest === undefined ? undefined : `Did you mean "${nearest}"?`,
    });
  }
  const isObject = typeof policy === "object" && policy !== null;
  if (policy !== undefined && policy !== "fresh" && policy !== "keep" && !isObject)
    throw new InvalidArgumentError(
      `maps of upgrade, map "${name}": expected "fresh", "keep" or an object with functions`,
    );
}
