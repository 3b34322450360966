import type { Collection } from "../collection/collection.ts";
import type { CollectionSpec } from "../collection/collection-spec.ts";
import type { Shape } from "../collection/shape.ts";
import { UpgradeError } from "../errors/index.ts";
import type { MapBase } from "../map/index.ts";
import type { Program } from "../program/index.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { identityOf } from "./identity.ts";
import { attachAt, detachOthers, restore } from "./links.ts";
import { closePlan, fillProgramArrays, type MapFate, type PlannedMap, planMaps } from "./maps.ts";
import type { UpgradeOptions } from "./options.ts";
import { type Placement, placementsOf } from "./placement.ts";
import type { PinStore } from "./store.ts";
import { Transfer } from "./transfer.ts";
import { Upgraded } from "./upgraded.ts";
import { adoptVersion, isAdoptable, loadWith, openHooks, pinVersion } from "./version.ts";
import { waitForPrograms } from "./wait-for-programs.ts";

/** Passes over a migrated map after the old version was detached. The last one finds no change. */
const MOST_PASSES = 10;

/** Recovers from a killed upgrade: attaches the programs of the current version, and removes all other versions. */
export function recover(store: PinStore): void {
  const { current } = store;
  restoreVersion(store, current);
  for (const version of store.versions) if (version !== current) store.remove(version);
}

/** @returns The hooks that could not be attached again, for example because an interface or cgroup was removed. */
function restoreVersion(store: PinStore, version: number | undefined) {
  if (version === undefined) return restore(store, []);
  const pinned = openHooks(store, version);
  try {
    return restore(store, pinned.hooks);
  } finally {
    pinned.close();
  }
}

/** The running version, if it is this spec with these hooks. */
export async function adopted<S extends Shape>(
  store: PinStore,
  spec: CollectionSpec<S>,
  options: UpgradeOptions<S>,
): Promise<Upgraded<S> | undefined> {
  const { current } = store;
  if (current === undefined || !isVersion(store, current, spec)) return undefined;
  const collection = await adoptVersion(store, spec, current, options.load);
  try {
    const placements = placementsOf(collection, spec, attachOf(options));
    const known = new Set(store.names(current, "hooks"));
    if (placements.length === known.size && placements.every(({ name }) => known.has(name)))
      return new Upgraded({
        ...partsOf(store, collection, placements),
        version: current,
        action: "adopted",
      });
  } catch (error) {
    collection.close();
    throw error;
  }
  collection.close();
  return undefined;
}

function isVersion(store: PinStore, version: number, spec: ObjectSpec): boolean {
  return store.read(version, "id") === identityOf(spec) && isAdoptable(spec);
}

function attachOf<S extends Shape>({ attach = {} as never }: UpgradeOptions<S>): Record<string, unknown> {
  return attach as Record<string, unknown>;
}

/** The rollout of a new version: it is loaded and pinned, attached hook by hook, and then made the current version. */
export class Rollout<S extends Shape> {
  readonly collection: Collection<S>;
  readonly placements: readonly Placement[];
  readonly version: number;
  readonly #store: PinStore;
  readonly #previous: number | undefined;
  readonly #options: UpgradeOptions<S>;
  readonly #planned: readonly PlannedMap[];
  #transfers: Transfer[] = [];
  #conflicts = 0;

  private constructor(
    store: PinStore,
    options: UpgradeOptions<S>,
    made: { collection: Collection<S>; placements: readonly Placement[]; planned: readonly PlannedMap[] },
  ) {
    this.#store = store;
    this.#options = options;
    this.#previous = store.current;
    this.version = (store.versions.at(-1) ?? 0) + 1;
    this.collection = made.collection;
    this.placements = made.placements;
    this.#planned = made.planned;
  }

  /** Loads and pins a new version. */
  static async begin<S extends Shape>(
    store: PinStore,
    spec: CollectionSpec<S>,
    options: UpgradeOptions<S>,
  ): Promise<Rollout<S>> {
    const { current } = store;
    // The same version at other hooks keeps everything.
    const isSame = current !== undefined && isVersion(store, current, spec);
    const policies = (options.maps ?? {}) as Record<string, never>;
    const planned = isSame ? [] : planMaps(store, spec, current, policies);
    let collection: Collection<S> | undefined;
    try {
      collection = isSame
        ? await adoptVersion(store, spec, current, options.load)
        : await loadWith(spec, planned, options.load);
      store.did("load", spec.name);
      const placements = placementsOf(collection, spec, attachOf(options));
      if (current !== undefined && !isSame) fillProgramArrays(store, collection, spec, current, policies);
      const rollout = new Rollout(store, options, { collection, placements, planned });
      await rollout.#prepare(identityOf(spec));
      return rollout;
    } catch (error) {
      closePlan(planned);
      collection?.close();
      throw error;
    }
  }

  /** Pins the version and copies the maps that have another layout, while the old version runs. */
  async #prepare(id: string): Promise<void> {
    try {
      pinVersion(this.#store, this.version, this.collection, { id, placements: this.placements });
      for (const { spec, old, transfer } of this.#planned) {
        if (old === undefined || transfer === undefined) continue;
        const to = this.collection.maps[spec.name] as MapBase;
        const made = new Transfer(this.#store.root, old, to, transfer);
        this.#transfers.push(made);
        await made.copy();
        this.#store.did("copy", spec.name);
      }
    } catch (error) {
      this.#closeTransfers();
      this.#store.quietly(() => this.#store.remove(this.version));
      throw error;
    }
  }

  /** Attaches the new version to hooks, one by one. */
  attach(placements: readonly Placement[]): void {
    for (const placement of placements)
      attachAt(this.#store, placement, this.collection.programs[placement.program] as Program);
  }

  /** Completes the maps, checks the version, and makes it the current one. All of its hooks are attached. */
  async finish(): Promise<Upgraded<S>> {
    await this.#catchUp();
    await this.#check();
    this.#store.commit(this.version);
    try {
      detachOthers(this.#store, this.placements);
      for (const version of this.#store.versions) if (version !== this.version) this.#store.remove(version);
    } catch (cause) {
      throw new UpgradeError(
        `version ${this.version} runs, and what is left of version ${this.#previous} could not be removed`,
        { folder: this.#store.root, cause, remedy: "The next upgrade removes it" },
      );
    }
    this.#close();
    const parts = partsOf(this.#store, this.collection, this.placements);
    for (const { spec, fate } of this.#planned) parts.maps[spec.name] = fate;
    return new Upgraded({
      ...parts,
      version: this.version,
      action: this.#previous === undefined ? "started" : "upgraded",
      conflicts: this.#conflicts,
    });
  }

  get isCommitted(): boolean {
    return this.#store.current === this.version;
  }

  /** Applies the changes that the old version made after the copy. The old version is no longer attached. */
  async #catchUp(): Promise<void> {
    if (this.#transfers.length === 0) return;
    for (let pass = 0; pass < MOST_PASSES; pass++) {
      waitForPrograms();
      let changed = 0;
      for (const transfer of this.#transfers) {
        const result = await transfer.catchUp();
        changed += result.changed;
        this.#conflicts += result.conflicts;
      }
      if (changed === 0) break;
    }
    for (const { spec, fate } of this.#planned)
      if (fate === "migrated") this.#store.did("catch up", spec.name);
  }

  async #check(): Promise<void> {
    const { check } = this.#options;
    if (check === undefined) return;
    const failed = (cause?: unknown) =>
      new UpgradeError(`the health check of version ${this.version} failed`, {
        folder: this.#store.root,
        cause,
      });
    let passed: unknown;
    try {
      passed = await check(this.collection);
    } catch (cause) {
      throw failed(cause);
    }
    if (passed === false) throw failed();
    this.#store.did("check", String(this.version));
  }

  /**
   * Attaches the old version again, and removes the new one.
   *
   * @throws {@link UpgradeError} when the old version could not be attached again to a hook.
   */
  restore(): void {
    const failures = this.#store.quietly(() => {
      const failed = restoreVersion(this.#store, this.#previous);
      this.#store.remove(this.version);
      return failed;
    });
    this.#close();
    this.collection.close();
    const [first] = failures;
    if (first === undefined) return;
    throw new UpgradeError(
      `version ${this.#previous} could not be attached again to ${failures.map(([name]) => name).join(", ")}: ${first[1].message}`,
      { folder: this.#store.root, cause: first[1] },
    );
  }

  #close(): void {
    this.#closeTransfers();
    closePlan(this.#planned);
  }

  #closeTransfers(): void {
    for (const transfer of this.#transfers) transfer.close();
    this.#transfers = [];
  }
}

function partsOf<S extends Shape>(
  store: PinStore,
  collection: Collection<S>,
  placements: readonly Placement[],
) {
  const maps: Record<string, MapFate> = {};
  for (const name of Object.keys(collection.maps)) maps[name] = "kept";
  const hooks = placements.map(({ name, program, options }) => ({
    program,
    options,
    linkPin: store.linkPath(name),
  }));
  return { collection, folder: store.root, maps, hooks, conflicts: 0 };
}
