import { expect, test } from "vitest";
import { composeCodec } from "../../lib/codec/compose-codec.ts";
import { array, codecOf, type Layout, layoutOf, struct } from "../../lib/codec/index.ts";
import { BpfMap, type Codec, CollectionSpec, lpmKey, type Program, UserRingBuf } from "../../lib/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";

const event = struct({ kind: "u32", pid: "u32", at: { x: "i16" }, list: "u32[2]" }, "event");
const good = { kind: 1, pid: 2, at: { x: 1 }, list: [1, 2] };

const wrong = { ...good, kind: undefined, knd: 1 } as never;
const problem = 'expected the field "kind", received "knd"';

function messageOf(codec: Codec<never>, value: unknown): string {
  try {
    codec.write(new DataView(new ArrayBuffer(codec.size)), 0, value as never);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test.each([
  [{ ...good, kind: undefined, knd: 1 }, 'event: expected the field "kind", received "knd"'],
  [{ ...good, pid: undefined, foo: 1 }, 'event: expected the field "pid", received "foo"'],
  [{ ...good, kind: undefined, a: 1, knd: 2 }, 'event: expected the field "kind", received "a", "knd"'],
  [{ ...good, at: { y: 1 } }, 'event.at: expected the field "x", received "y"'],
  [{ ...good, kind: undefined }, "event.kind: expected an integer (u32), received undefined"],
  [{ ...good, pid: "1", foo: 1 }, 'event.pid: expected an integer (u32), received "1"'],
  [{ ...good, foo: 1 }, ""],
])("%j", (value, message) => {
  const composed = composeCodec(layoutOf(event) as Layout, true);
  for (const codec of [event, composed]) expect(messageOf(codec as Codec<never>, value)).toBe(message);
});

test("codecs of arrays and of trie keys", () => {
  expect(messageOf(array(event, 2) as Codec<never>, [good, wrong])).toBe(`[1]: ${problem}`);
  expect(messageOf(lpmKey(4) as Codec<never>, { prefixLen: 8, data: new Uint8Array(4) })).toBe(
    'value: expected the field "prefixLength", received "prefixLen"',
  );
});

test("a union without its member, and an element of an array", () => {
  const spec = ObjectSpec.fromFile<ObjectSpec>(testObject("codegen/types"));
  const { btf } = spec;
  const unions = [...(btf?.types() ?? [])].filter((type) => type.kind === "union" && type.name !== "");
  expect(unions.length).toBeGreaterThan(0);
  for (const { id } of unions) {
    const codec = codecOf(btf as NonNullable<typeof btf>, id) as Codec<never>;
    expect(messageOf(codec, { no_such: 1 })).toMatch(/expected .*received "no_such"$/);
  }
  const list = struct({ events: array(event, 2) }, "list");
  expect(messageOf(list as Codec<never>, { events: [good, { ...good, kind: undefined, knd: 1 }] })).toBe(
    'list.events[1]: expected the field "kind", received "knd"',
  );
});

test("values and keys of maps, one by one, in batches, per CPU and in shared memory", () => {
  using hash = BpfMap.create({ type: "hash", name: "h", key: event, value: event, maxEntries: 4 });
  expect(() => hash.set(good, wrong)).toThrow(`event in the value of map "h": ${problem}`);
  expect(() => hash.get(wrong)).toThrow(`event in the key of map "h": ${problem}`);
  expect(() =>
    hash.batch.update([
      [good, good],
      [good, wrong],
    ]),
  ).toThrow(`event in the value of map "h": ${problem}`);
  expect([...hash]).toEqual([]);
  using perCpu = BpfMap.create({ type: "percpu-array", name: "p", value: event, maxEntries: 1 });
  const values = perCpu.get(0)?.map(() => good) as (typeof good)[];
  expect(() => perCpu.set(0, [...values.slice(1), wrong])).toThrow(problem);
  using shared = BpfMap.create({
    type: "array",
    name: "s",
    value: event,
    maxEntries: 1,
    flags: ["mmapable"],
  });
  expect(() => shared.memory().set(0, wrong)).toThrow(`event in the value of map "s": ${problem}`);
});

test("variables of a spec", () => {
  const spec = CollectionSpec.fromFile(testObject("spec/globals"));
  const settings = spec.variables["settings"] as { value: unknown };
  const value = settings.value as object;
  expect(() => {
    settings.value = { ...value, level: undefined, lvl: 1 };
  }).toThrow('variable "settings": expected the field "level", received "lvl"');
});

test("values of CollectionSpec.create", () => {
  const variables = { config: { type: event, value: wrong } };
  expect(() => CollectionSpec.create({ variables } as never)).toThrow(problem);
});

test("the context of a test run, also where every field may be missing", async (context) => {
  requiresLinux(context, "5.14", "syscall programs");
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  for (const program of Object.values(spec.programs))
    program.autoload = ["double_it", "swap_first_two"].includes(program.name);
  using coll = await spec.load();
  const syscall = coll.programs["double_it"] as Program<"syscall">;
  expect(() => syscall.testRunSync({ context: { inn: 1, out: 0, name: "" } })).toThrow(
    /: expected the field "in", received "inn"$/,
  );
  const xdp = coll.programs["swap_first_two"] as Program<"xdp">;
  const misspelt = { ingress_ifidx: 1 } as never;
  expect(() => xdp.testRunSync({ data: new Uint8Array(64), context: misspelt })).toThrow(
    'struct xdp_md: expected the field "ingress_ifindex", received "ingress_ifidx"',
  );
});

test("records of a user ring buffer", async (context) => {
  requiresLinux(context, "6.1", "user ring buffers");
  using coll = await CollectionSpec.fromFile(testObject("events/user_ring")).load();
  using ring = new UserRingBuf(coll.maps["orders"] as ConstructorParameters<typeof UserRingBuf>[0]);
  expect(() => ring.write({ nmber: 1, name: "" })).toThrow(
    'order: expected the field "number", received "nmber"',
  );
  using slot = ring.reserve() as Disposable & { write(value: unknown): void };
  expect(() => slot.write({ number: 1, nam: "" })).toThrow(
    'order: expected the field "name", received "nam"',
  );
});
