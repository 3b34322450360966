import type { Collection } from "../collection/collection.ts";
import type { Shape } from "../collection/shape.ts";
import type { MapFate } from "./maps.ts";
import type { CanaryHook } from "./options.ts";
import { PinStore } from "./store.ts";

/** A hook with its pinned link. */
export interface UpgradedHook extends CanaryHook {
  /** The pin of the link, for `Link.fromPin`. */
  readonly linkPin: string;
}

export interface UpgradedParts<S extends Shape> {
  readonly collection: Collection<S>;
  readonly folder: string;
  readonly version: number;
  readonly action: Upgraded<S>["action"];
  readonly maps: Readonly<Record<string, MapFate>>;
  readonly hooks: readonly UpgradedHook[];
  readonly conflicts: number;
}

/** The version that runs, with its typed collection. Its programs stay attached when this process ends. */
// biome-ignore lint/suspicious/noExplicitAny: the default accepts the version of any object
export class Upgraded<S extends Shape = any> {
  /** The maps, programs and variables of the version. */
  readonly collection: Collection<S>;
  /** The folder of the pins. */
  readonly folder: string;
  /** The number of the version, which counts up from 1. */
  readonly version: number;
  /**
   * - `started`: nothing was pinned.
   * - `adopted`: the same version ran already, and still runs.
   * - `upgraded`: another version was replaced.
   */
  readonly action: "started" | "adopted" | "upgraded";
  /** Whether each map is new, kept or migrated. */
  readonly maps: Readonly<Record<string, MapFate>>;
  /** The hooks of the version. */
  readonly hooks: readonly UpgradedHook[];
  /**
   * The number of parts of migrated values that both versions had changed and that are not counters: they have the value
   * of the new version.
   */
  readonly conflicts: number;

  /** @internal */
  constructor(parts: UpgradedParts<S>) {
    this.collection = parts.collection;
    this.folder = parts.folder;
    this.version = parts.version;
    this.action = parts.action;
    this.maps = parts.maps;
    this.hooks = parts.hooks;
    this.conflicts = parts.conflicts;
  }

  /** Closes the collection. The programs stay attached, and the maps keep their contents. */
  close(): void {
    this.collection.close();
  }

  /** Calls `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Detaches all programs, removes the folder and closes the collection. The kernel frees maps that nothing else uses.
   *
   * @throws {@link UpgradeLockedError} while a process upgrades it; {@link PinError}, {@link PermissionError}.
   */
  uninstall(): void {
    const store = new PinStore(this.folder, () => undefined);
    try {
      store.removeAll();
    } finally {
      store.close();
    }
    this.close();
  }
}
