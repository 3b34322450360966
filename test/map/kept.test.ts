import { expect, type TestContext, test } from "vitest";
import type { ArrayMap } from "../../lib/index.ts";
import { type Loaded, loadAlone } from "../support/link.ts";
import { requiresLinux } from "../support/requires.ts";

// User space can neither read nor write the fields of a value that the kernel manages.
const kinds: [what: string, program: string, map: string, field: string, empty: object, since: string][] = [
  ["bpf_timer", "use_timer", "timers", "timer", { __opaque: [0n, 0n] }, "5.15"],
  ["bpf_wq", "use_work", "works", "work", { __opaque: [0n, 0n] }, "6.10"],
  ["bpf_spin_lock", "use_lock", "locks", "lock", { val: 0 }, "5.1"],
];

/** Loads one program, with no map but its own: a kernel need not know the others. */
function load(program: string, map: string): Loaded {
  return loadAlone("map_kept", program, (spec) => {
    for (const each of Object.values(spec.maps)) each.autocreate = each.name === map;
  });
}

for (const [what, program, name, field, empty, since] of kinds) {
  test(`a value with a ${what} is used by a program, read, and stored without that field`, async (context: TestContext) => {
    requiresLinux(context, since, what);
    using loaded = load(program, name);
    const map = loaded.coll.maps[name] as unknown as ArrayMap<{ runs: bigint | number }>;
    const run = async () => {
      const options = program === "use_lock" ? { data: new Uint8Array(64) } : {};
      const { returnValue } = await loaded.program.testRun(options as never);
      expect(returnValue).toBe(0);
    };
    await run();
    await expect.poll(() => map.get(0)).toEqual({ runs: 1n, [field]: empty });
    map.set(0, { runs: 41 });
    await run();
    await expect.poll(() => map.get(0)?.runs).toBe(42n);
    // A value that was read can be stored unchanged.
    map.set(0, map.lookup(0));
    await run();
    await expect.poll(() => map.get(0)?.runs).toBe(43n);
  });
}
