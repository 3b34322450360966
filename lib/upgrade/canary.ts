import { checkFunction } from "../arguments/index.ts";
import type { Collection } from "../collection/collection.ts";
import type { CollectionSpec } from "../collection/collection-spec.ts";
import type { Shape } from "../collection/shape.ts";
import { InvalidArgumentError, UpgradeError } from "../errors/index.ts";
import { type CanaryHook, type CanaryOptions, checkOptions } from "./options.ts";
import type { Placement } from "./placement.ts";
import { Rollout, recover } from "./rollout.ts";
import { PinStore } from "./store.ts";
import { settled } from "./upgrade.ts";
import type { Upgraded } from "./upgraded.ts";

/**
 * A new version that runs on a part of the hooks, in parallel with the old one. The folder stays locked until `promote`
 * or `rollback`. When the process ends before, the next `upgrade` or `canary` restores the old version.
 */
// biome-ignore lint/suspicious/noExplicitAny: the default accepts the version of any object
export class Canary<S extends Shape = any> {
  /** The number of the new version. */
  readonly version: number;
  /** The hooks that have the new version. */
  readonly hooks: readonly CanaryHook[];
  readonly #store: PinStore;
  readonly #rollout: Rollout<S>;
  #isDecided = false;

  /** @internal */
  constructor(store: PinStore, rollout: Rollout<S>, on: readonly Placement[]) {
    this.#store = store;
    this.#rollout = rollout;
    this.version = rollout.version;
    this.hooks = on.map(({ program, options }) => ({ program, options }));
  }

  /** The maps, programs and variables of the new version. */
  get collection(): Collection<S> {
    return this.#rollout.collection;
  }

  /**
   * Attaches the new version to all hooks and removes the old one. The old version is restored when a step or the health
   * check fails.
   *
   * @returns The version that runs, which the caller closes.
   * @throws The errors of {@link upgrade}; {@link UpgradeError} after `promote` or `rollback`.
   */
  async promote(): Promise<Upgraded<S>> {
    this.#decide();
    try {
      return await settled(this.#rollout, () => {
        this.#rollout.attach(this.#rollout.placements);
        return this.#rollout.finish();
      });
    } finally {
      this.#store.close();
    }
  }

  /**
   * Attaches the old version to all hooks, removes the new one and closes its collection.
   *
   * @throws {@link UpgradeError} when the old version could not be attached again to a hook, and after `promote` or
   * `rollback`.
   */
  async rollback(): Promise<void> {
    this.#decide();
    try {
      this.#rollout.restore();
    } finally {
      this.#store.close();
    }
  }

  /** Rolls back unless `promote` or `rollback` was called, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isDecided) await this.rollback();
  }

  #decide(): void {
    if (this.#isDecided)
      throw new UpgradeError(`version ${this.version} is promoted or rolled back already`, {
        folder: this.#store.root,
      });
    this.#isDecided = true;
  }
}

/**
 * Attaches a new version to a part of the hooks, such as one interface of several. Otherwise like {@link upgrade}; the
 * health check runs when the version is promoted.
 *
 * @returns The new version on trial: call `promote` or `rollback`.
 * @throws The errors of {@link upgrade}; {@link InvalidArgumentError} when `on` selects no hook.
 *
 * @example
 * ```ts
 * await using trial = await canary(loadCounterSpec(), "/sys/fs/bpf/counter", {
 *   attach: { count: [{ interface: "eth0" }, { interface: "eth1" }] },
 *   on: ({ options }) => options.interface === "eth1",
 * });
 * if (await looksGood(trial.collection)) await trial.promote();
 * ```
 */
export async function canary<S extends Shape>(
  spec: CollectionSpec<S>,
  folder: string,
  options: CanaryOptions<S>,
): Promise<Canary<S>> {
  const { on, ...rest } = options ?? ({} as CanaryOptions<S>);
  checkFunction(on, "on of canary");
  const checked = checkOptions(spec, folder, rest as CanaryOptions<S>);
  const store = new PinStore(folder, checked.onStep ?? (() => undefined));
  try {
    recover(store);
    const rollout = await Rollout.begin(store, spec, checked);
    return await settled(rollout, async () => {
      const selected = rollout.placements.filter(({ program, options }) => on({ program, options }));
      if (selected.length === 0) throw new InvalidArgumentError("on of canary selects no hook");
      rollout.attach(selected);
      return new Canary(store, rollout, selected);
    });
  } catch (error) {
    store.close();
    throw error;
  }
}
