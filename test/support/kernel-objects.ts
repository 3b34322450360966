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

/** What processes hold by a descriptor, in the same words. Other test runs on this machine hold theirs so. */
export function heldByProcesses(): Set<string> {
  const held = new Set<string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    let fds: string[];
    try {
      fds = readdirSync(`/proc/${pid}/fdinfo`);
    } catch {
      continue;
    }
    for (const fd of fds) {
      let text: string;
      try {
        text = readFileSync(`/proc/${pid}/fdinfo/${fd}`, "latin1");
      } catch {
        continue;
      }
      for (const [, kind, id] of text.matchAll(/^(prog|map|link)_id:\t(\d+)$/gm)) {
        held.add(`${kind === "prog" ? "program" : kind} ${id}`);
      }
    }
  }
  return held;
}
