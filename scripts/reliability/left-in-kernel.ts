import { setTimeout } from "node:timers/promises";
import { heldByProcesses, kernelObjects } from "../../test/support/kernel-objects.ts";

/**
 * The programs, maps and links that this kernel has now and had not before, and no process holds.
 *
 * @param before - What the kernel had.
 */
export async function leftInKernel(before: ReadonlyMap<string, string>): Promise<string[]> {
  let left: string[] = [];
  // The kernel frees programs and maps some time after the last user is gone.
  for (let i = 0; i < 50; i++) {
    const held = heldByProcesses();
    left = [...kernelObjects()]
      .filter(([key]) => !before.has(key) && !held.has(key))
      .map(([key, name]) => `${key} ${name}`);
    if (left.length === 0) break;
    await setTimeout(200);
  }
  return left;
}

/** Whether other processes of this machine hold objects: objects that those keep alive look like leaked ones. */
export function othersHold(): boolean {
  return heldByProcesses().size > 0;
}
