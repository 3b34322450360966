import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  BpfMap,
  CollectionSpec,
  type MapSpec,
  PerfBuf,
  type PerfEventArray,
  type Program,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync("/sys/fs/bpf/test-");
});
afterAll(() => rmSync(root, { recursive: true }));

const read = () => CollectionSpec.fromFile(testObject("load_maps"));

test("pinned maps are shared if the kernel or libbpf changed their definition at creation", async () => {
  using first = await read().load({ pinRoot: root });
  using second = await read().load({ pinRoot: root });
  for (const name of ["devices", "hashed_devices", "ring", "events"]) {
    expect(second.maps[name]?.id).toBe(first.maps[name]?.id);
  }
});

test("libbpf refuses a pinned map that does not fit, and the error lists each difference", async () => {
  const spec = read();
  (spec.maps.devices as MapSpec).maxEntries = 5;
  await expect(spec.load({ pinRoot: root })).rejects.toMatchObject({
    code: "ERR_EBPF_MAP_INCOMPATIBLE",
    map: "devices",
    differences: [{ field: "maxEntries", expected: 5, actual: 4 }],
    cause: { errno: 22 },
  });
  using devices = BpfMap.fromPin(`${root}/devices`);
  expect(devices.maxEntries).toBe(4);
});

test("a perf event array with a value type has records of that type", async () => {
  using coll = await read().load({ pinRoot: root });
  using perf = new PerfBuf(coll.maps.events as unknown as PerfEventArray);
  (coll.programs.send as Program<"raw-tracepoint">).testRunSync({ context: [7n], cpu: 0 });
  expect(perf.consume()).toEqual([{ type: "sample", cpu: 0, value: { number: 7n, name: "typed" } }]);
});

test("unpin without a path removes the pin of a map that loading pinned, or found pinned", async () => {
  const folder = mkdtempSync("/sys/fs/bpf/test-unpin-");
  const pins = () => readdirSync(folder).sort();
  try {
    const spec = CollectionSpec.fromFile(testObject("collection"));
    const { pinned, numbers } = spec.maps as Record<"pinned" | "numbers", MapSpec>;
    using unedited = await spec.load({ pinRoot: folder });
    expect(pins()).toEqual(["pinned"]);
    using again = spec.loadSync({ pinRoot: folder });
    expect(again.maps.pinned?.id).toBe(unedited.maps.pinned?.id);
    again.maps.pinned?.unpin();
    expect(pins()).toEqual([]);
    expect(() => again.maps.pinned?.unpin()).not.toThrow();
    // The second load found it pinned: the pin is that of the first one, too.
    expect(() => unedited.maps.pinned?.unpin()).toThrow("Nothing is pinned there");

    pinned.pinPath = `${folder}/elsewhere`;
    numbers.pinning = "by-name";
    using edited = await spec.load({ pinRoot: folder });
    expect(pins()).toEqual(["elsewhere", "numbers"]);
    // For another load.
    pinned.pinPath = undefined;
    numbers.pinning = "none";
    edited.maps.pinned?.unpin();
    edited.maps.numbers?.unpin();
    edited.maps.table?.unpin();
    expect(pins()).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
