import { readdirSync, readFileSync } from "node:fs";
import { ENOENT } from "../../lib/errors/errno.ts";
import { native } from "../../lib/native/addon.ts";
import { isNativeError } from "../../lib/native/handle.ts";

/** What the kernel has, by kind and id, each with what there is to say of it. */
export type KernelObjects = Map<string, string>;

/** All programs, maps and links of this machine: `"program 7"` -> `count (xdp)`. */
export function kernelObjects(): KernelObjects {
  const addon = native();
  const found: KernelObjects = new Map();
  walk(addon.programNextId, (id) => {
    const handle = addon.programFromId(id);
    found.set(`program ${id}`, addon.programInfo(handle).name);
    addon.programClose(handle);
  });
  walk(addon.mapNextId, (id) => {
    const handle = addon.mapFromId(id, 0);
    found.set(`map ${id}`, addon.mapInfo(handle).name);
    addon.mapClose(handle);
  });
  // Linux 5.8; before, there are hardly any.
  walk(addon.linkNextId, (id) => found.set(`link ${id}`, "attached"));
  return found;
}

/** The keys of {@link kernelObjects}, found without opening any of the objects. */
export function kernelObjectKeys(): string[] {
  const addon = native();
  const found: string[] = [];
  walk(addon.programNextId, (id) => found.push(`program ${id}`));
  walk(addon.mapNextId, (id) => found.push(`map ${id}`));
  walk(addon.linkNextId, (id) => found.push(`link ${id}`));
  return found;
}

function walk(next: (id: number) => number, visit: (id: number) => void): void {
  for (let id = next(0); id > 0; id = next(id)) {
    try {
      visit(id);
    } catch (error) {
      // It disappeared in between.
      if (!isNativeError(error) || error.errno !== ENOENT) throw error;
    }
  }
}

/**
 * What processes hold by a descriptor, by the keys of {@link kernelObjects}, each with the processes: `process 7 (node)`.
 * Other test runs on this machine hold their objects this way.
 */
export function heldByProcesses(): Map<string, Set<string>> {
  const held = new Map<string, Set<string>>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    for (const text of descriptorInfos(pid)) {
      for (const [, kind, id] of text.matchAll(/^(prog|map|link)_id:\t(\d+)$/gm)) {
        const key = `${kind === "prog" ? "program" : kind} ${id}`;
        held.set(key, (held.get(key) ?? new Set()).add(`process ${pid} (${commandOf(pid)})`));
      }
    }
  }
  return held;
}

/** Yields the text of /proc/PID/fdinfo for each descriptor. A process can end, and a descriptor be closed, meanwhile. */
function* descriptorInfos(pid: string): IterableIterator<string> {
  const folder = `/proc/${pid}/fdinfo`;
  let fds: string[] = [];
  try {
    fds = readdirSync(folder);
  } catch {}
  for (const fd of fds) {
    try {
      yield readFileSync(`${folder}/${fd}`, "latin1");
    } catch {}
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "latin1").split("\0").join(" ").trim().slice(0, 200);
  } catch {
    return "ended";
  }
}
