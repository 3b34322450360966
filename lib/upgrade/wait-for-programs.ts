import { BpfMap } from "../map/index.ts";

/**
 * Waits until every run of a program that began before has ended: a program that was replaced or detached runs on
 * elsewhere for a moment. The kernel waits for programs when a map of maps changes (1ae80cf31938, Linux 4.20).
 */
export function waitForPrograms(): void {
  using inner = BpfMap.create({ type: "array", key: "u32", value: "u32", maxEntries: 1 });
  using outer = BpfMap.create({ type: "array-of-maps", maxEntries: 1, inner });
  outer.set(0, inner);
}
