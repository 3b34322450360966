import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { link } from "../../lib/cli/bpf2ts/link-objects.ts";
import {
  type Arena,
  type Collection,
  CollectionSpec,
  type Program,
  RingBuf,
  type RingBufMap,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requires } from "../support/requires.ts";

const packet = { data: new Uint8Array(64) };

function linked(): CollectionSpec {
  const parts = ["spec/same_names_1", "spec/same_names_2"].map((name) => readFileSync(testObject(name)));
  return CollectionSpec.fromBytes(link(parts), { name: "linked" });
}

async function run(coll: Collection, program: string): Promise<number> {
  return (await (coll.programs[program] as Program).testRun(packet)).returnValue;
}

function values(variables: Record<string, { value: unknown }>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(variables).map(([name, { value }]) => [name, value]));
}

test("static variables with the same name in linked files are read and written separately", async () => {
  const spec = linked();
  const unused = { unused: 0n, unused_second: 0n };
  const names = { level: 10, shared: 2, shared_2: 1, keep_first: 1, level_2: 30, level_3: 20, ...unused };
  expect(values(spec.variables)).toEqual(names);
  expect(spec.variables.level_3).toMatchObject({ name: "level_3", cName: "level", isStatic: true });
  using coll = await spec.load();
  expect(values(coll.variables)).toEqual(names);
  expect([await run(coll, "read_first"), await run(coll, "read_second")]).toEqual([10_001, 20_302]);
  const { level, level_2, level_3, shared, shared_2 } = coll.variables;
  for (const [variable, value] of [
    [level, 11],
    [level_2, 31],
    [level_3, 21],
    [shared, 3],
    [shared_2, 4],
  ] as const)
    if (variable) variable.value = value;
  expect([await run(coll, "read_first"), await run(coll, "read_second")]).toEqual([11_004, 21_313]);
});

test("types with the same name in linked files are distinguished", async () => {
  using coll = await linked().load();
  await run(coll, "read_second");
  const map = coll.maps.second_events as unknown as RingBufMap;
  expect(() => new RingBuf(map, { type: "event" })).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_AMBIGUOUS_NAME",
      message: expect.stringMatching(
        /has 2 types called "event".* event_1 .*pid, kind.* event_2 .*time, name/,
      ),
    }),
  );
  using events = new RingBuf(map, { type: "event_2" });
  expect(events.consume(1)).toEqual([{ time: 77n, name: "hello" }]);
});

test("a section with only static variables is read and written", async () => {
  using coll = await CollectionSpec.fromFile(testObject("spec/variables")).load();
  const { enabled, hits } = coll.variables;
  expect([await run(coll, "use_statics"), hits?.value, enabled?.value]).toEqual([1, 1n, 1]);
  if (enabled && hits) {
    enabled.value = 0;
    hits.value = 40n;
  }
  expect(await run(coll, "use_statics")).toBe(40);
  expect(coll.variables["use_printk.____fmt"]?.value).toBe("only a format, of %d");
});

test("variables without BTF are bytes, before and after loading", async () => {
  const spec = CollectionSpec.fromFile(testObject("spec/no_btf"));
  expect(Object.keys(spec.variables).sort()).toEqual(["counter", "hidden_counter", "text"]);
  (spec.variables.counter as { bytes: Uint8Array }).bytes = new Uint8Array([7, 0, 0, 0]);
  using coll = await spec.load();
  expect(Object.keys(coll.variables).sort()).toEqual(["counter", "hidden_counter", "text"]);
  const { counter, text } = coll.variables;
  expect(() => counter?.value).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_NO_BTF",
      message: expect.stringMatching(/variable "counter" is unknown.*variables\.counter\.bytes/),
    }),
  );
  expect(counter?.bytes).toEqual(new Uint8Array([7, 0, 0, 0]));
  if (counter) counter.bytes = new Uint8Array([8, 0, 0, 0]);
  expect(counter?.bytes).toEqual(new Uint8Array([8, 0, 0, 0]));
  expect(() => {
    if (counter) counter.bytes = new Uint8Array(5);
  }).toThrow(/expected 4 bytes, received a Uint8Array of 5 bytes/);
  expect(() => {
    if (text) text.bytes = new Uint8Array(4);
  }).toThrow(/"text" is constant/);
});

test("resizing a section resizes its last array", async () => {
  const spec = CollectionSpec.fromFile(testObject("spec/variables"));
  const { grown, words } = spec.variables;
  (spec.maps[".data.grown"] as { valueSize: number }).valueSize = 24;
  (spec.maps[".data.words"] as { contents: Uint8Array }).contents = new TextEncoder().encode("abcdefghijkl");
  expect([grown?.size, words?.size]).toEqual([24, 12]);
  expect([grown?.value, words?.value]).toEqual([[1, 2, 3, 4, 0, 0], "abcdefghijkl"]);
  if (grown) grown.value = [5, 6, 7, 8, 9, 10];
  expect(() => {
    if (grown) grown.value = [1, 2, 3, 4];
  }).toThrow(/variable "grown": expected 6 elements \(int\[6\]\), received 4 elements/);
  using coll = await spec.load();
  // For another load: the collection keeps what it was loaded with.
  (spec.maps[".data.grown"] as { valueSize: number }).valueSize = 16;
  expect(coll.variables.grown?.value).toEqual([5, 6, 7, 8, 9, 10]);
  expect(coll.variables.words?.value).toBe("abcdefghijkl");
  if (coll.variables.grown) coll.variables.grown.value = [1, 2, 3, 4, 5, 6];
  expect(await run(coll, "first_and_last")).toBe(104);
  expect(grown?.value).toEqual([5, 6, 7, 8]);
});

test("a flexible array in a variable ends where the variable ends", async () => {
  const spec = CollectionSpec.fromFile(testObject("spec/variables"));
  const { tail } = spec.variables;
  expect([tail?.value, tail?.size]).toEqual([{ count: 3, values: [1, 2, 3] }, 16]);
  if (tail) tail.value = { count: 3, values: [4, 5, 6] };
  using coll = await spec.load();
  const live = coll.variables.tail;
  expect([live?.value, await run(coll, "sum_tail")]).toEqual([{ count: 3, values: [4, 5, 6] }, 1509]);
  if (live) live.value = { count: 1, values: [7, 8, 9] };
  expect([live?.value, await run(coll, "sum_tail")]).toEqual([{ count: 1, values: [7, 8, 9] }, 2409]);
  expect(() => {
    if (live) live.value = { count: 1, values: [7, 8, 9, 10, 11] };
  }).toThrow(expect.objectContaining({ code: "ERR_EBPF_ENCODE" }));
  expect(coll.variables.after_tail?.value).toBe(9);
});

test("variables of an arena are read and written at the addresses that the programs use", async (context) => {
  const spec = CollectionSpec.fromFile(testObject("spec/arena_globals"));
  const { counter } = spec.variables;
  if (counter) counter.value = 40n;
  let coll: Collection;
  try {
    coll = await spec.load();
  } catch (error) {
    requires(context, false, `arenas: ${error}`);
    return;
  }
  using loaded = coll;
  await (loaded.programs.touch as Program<"syscall">).testRun();
  const { variables } = loaded;
  expect(Object.keys(variables).sort()).toEqual(["counter", "head", "nodes"]);
  expect([variables.counter?.value, variables.nodes?.value[1].value]).toEqual([41n, 9n]);
  if (variables.counter) variables.counter.value = 100n;
  await (loaded.programs.touch as Program<"syscall">).testRun();
  expect(variables.counter?.value).toBe(101n);
  // The pointer is one into the same memory.
  const arena = loaded.maps.arena as unknown as Arena;
  const at = arena.offsetOf(variables.head?.value);
  expect(new DataView(arena.memory()).getBigUint64(at + 8, true)).toBe(9n);
});

test("an object that is first used after close throws ClosedError", async () => {
  const coll = await CollectionSpec.fromFile(testObject("spec/variables")).load();
  const { enabled } = coll.variables;
  coll.close();
  expect(() => coll.maps[".data"]).toThrow(expect.objectContaining({ code: "ERR_EBPF_CLOSED" }));
  expect(() => enabled?.value).toThrow(expect.objectContaining({ code: "ERR_EBPF_CLOSED" }));
});
