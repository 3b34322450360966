import { existsSync } from "node:fs";
import { join } from "node:path";
import { cgroupOwner, cgroupPaths } from "ebpf";
import type { Labels } from "./metric.ts";

interface Cgroup {
  readonly labels: Labels;
  /** When it was first missing, in milliseconds since 1970. */
  goneSince?: number | undefined;
}

const second = 1000;
const unknown: Labels = { cgroup: "unknown" };

/** The labels of cgroups by their ID: the unit, pod and container, or else the path. */
export class CgroupLabels {
  readonly #root: string;
  readonly #keep: number;
  readonly #cgroups = new Map<bigint, Cgroup>([[0n, { labels: {} }]]);
  #refreshed = 0;
  #refreshable = false;

  /**
   * @param root - Where the whole cgroup2 hierarchy of the machine is mounted.
   * @param keep - Milliseconds for which a cgroup that was removed keeps its labels and its series.
   * @throws {@link Error} when it is only a part of the hierarchy, as in most containers.
   */
  constructor(root: string, keep: number) {
    // Only the root of the machine has no type.
    if (existsSync(join(root, "cgroup.type")))
      throw new Error(`${root} is the root of a container: pass the machine's own with --cgroup-root`);
    this.#root = root;
    this.#keep = keep;
    this.refresh();
  }

  /** Looks for new and removed cgroups. */
  refresh(): void {
    const now = Date.now();
    this.#refreshed = now;
    const paths = cgroupPaths(this.#root);
    for (const [id, path] of paths)
      if (!this.#cgroups.has(id)) this.#cgroups.set(id, { labels: labelsOf(path) });
    for (const [id, cgroup] of this.#cgroups) {
      if (id === 0n) continue;
      cgroup.goneSince = paths.has(id) ? undefined : (cgroup.goneSince ?? now);
      // After the keys of the maps, which are removed in the reading after `keep`.
      if (cgroup.goneSince !== undefined && now - cgroup.goneSince > 2 * this.#keep + 60 * second)
        this.#cgroups.delete(id);
    }
  }

  /**
   * Starts to label the keys of a map. All of them must be read already: a cgroup that is then not found does not exist any
   * more, and is not merely newer than the last look at the cgroups.
   */
  startKeys(): void {
    this.#refreshable = true;
  }

  /** The labels of a key. A cgroup that was removed before it was ever seen is `cgroup: "unknown"`. */
  ofKey(id: bigint): Labels {
    if (!this.#cgroups.has(id) && this.#refreshable) {
      this.#refreshable = false;
      this.refresh();
    }
    let cgroup = this.#cgroups.get(id);
    if (cgroup === undefined) {
      // It keeps these labels: a key that changed its series would decrease the old one.
      cgroup = { labels: unknown, goneSince: Date.now() };
      this.#cgroups.set(id, cgroup);
    }
    return cgroup.labels;
  }

  /** The labels for an event. For these, it looks for new cgroups at most once a second. */
  ofEvent(id: bigint): Labels {
    if (!this.#cgroups.has(id) && Date.now() - this.#refreshed > second) this.refresh();
    return this.#cgroups.get(id)?.labels ?? unknown;
  }

  /** Whether a cgroup was removed so long ago that its series can end. */
  isGone(id: bigint): boolean {
    const since = this.#cgroups.get(id)?.goneSince;
    return since !== undefined && Date.now() - since >= this.#keep;
  }
}

function labelsOf(path: string): Labels {
  const { unit, pod, container } = cgroupOwner(path);
  const labels: Record<string, string> = {};
  // The unit of a container is only its ID once more.
  if (unit !== undefined && !(container !== undefined && unit.includes(container)))
    labels["systemd.unit"] = unit;
  if (pod !== undefined) labels["k8s.pod.uid"] = pod;
  if (container !== undefined) labels["container.id"] = container;
  return Object.keys(labels).length > 0 ? labels : { cgroup: path };
}
