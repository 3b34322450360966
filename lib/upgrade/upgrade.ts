import type { CollectionSpec } from "../collection/collection-spec.ts";
import type { Shape } from "../collection/shape.ts";
import { checkOptions, type UpgradeOptions } from "./options.ts";
import { adopted, Rollout, recover } from "./rollout.ts";
import { PinStore } from "./store.ts";
import type { Upgraded } from "./upgraded.ts";

/**
 * Makes a spec the version that runs, without a gap: starts it when nothing is pinned in the folder, adopts it when it
 * already runs, and otherwise replaces the running version. Maps keep their contents. Programs are replaced in place,
 * one by one; tracing programs and probes, which the kernel cannot replace, run twice for a moment. When a step or the
 * health check fails, the old version is restored.
 *
 * The end of the process at any moment, also by SIGKILL, leaves the old or the new version attached to each hook. The
 * next call completes or reverts an unfinished upgrade.
 *
 * @param spec - The new version.
 * @param folder - A folder of a bpffs for this application alone, such as `/sys/fs/bpf/app`. It is created.
 * @returns The version that runs, with its collection, which the caller closes. Closing detaches nothing.
 * @throws {@link UpgradeLockedError} when another process upgrades the same folder.
 * @throws {@link UpgradeError} when a map cannot be handed over, when the health check fails, or when the folder has
 * pins of something else.
 * @throws {@link PinError} when the folder is not on a bpffs; {@link NotSupportedError} when an attachment cannot be
 * pinned; {@link InvalidArgumentError}; the errors of {@link Collection.load} and {@link Collection.attach}.
 *
 * @since Linux 5.7; 5.14 for maps with another layout
 *
 * @example
 * ```ts
 * using app = await upgrade(loadCounterSpec(), "/sys/fs/bpf/counter", {
 *   attach: { count: [{ interface: "eth0" }, { interface: "eth1" }] },
 *   check: (coll) => coll.maps.counts.get(0) !== undefined,
 * });
 * console.log(app.action, app.version); // upgraded 2
 * ```
 */
export async function upgrade<S extends Shape>(
  spec: CollectionSpec<S>,
  folder: string,
  options: UpgradeOptions<S> = {},
): Promise<Upgraded<S>> {
  const checked = checkOptions(spec, folder, options);
  const store = new PinStore(folder, checked.onStep ?? (() => undefined));
  try {
    recover(store);
    const same = await adopted(store, spec, checked);
    if (same !== undefined) return same;
    const rollout = await Rollout.begin(store, spec, checked);
    return await settled(rollout, () => {
      rollout.attach(rollout.placements);
      return rollout.finish();
    });
  } finally {
    store.close();
  }
}

/** Restores the old version if the new one cannot be finished. */
export async function settled<S extends Shape, T>(rollout: Rollout<S>, finish: () => Promise<T>): Promise<T> {
  try {
    return await finish();
  } catch (error) {
    if (!rollout.isCommitted) rollout.restore();
    throw error;
  }
}
