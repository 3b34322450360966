// kernels: native
import { expect, test } from "vitest";
import type { MapBase, Program } from "../../lib/index.ts";
import { CollectionSpec, char, PerfBuf, RecordError, RingBuf, struct } from "../../lib/index.ts";
import { compileUnstripped } from "../support/unstripped.ts";

const { bytes } = compileUnstripped("records/kinds.c");

const sent = [
  { kind: "opened", value: { kind: 1, flags: 5, path: "/tmp" } },
  { kind: "closed", value: { kind: 2, fd: 3 } },
  { kind: "closed", value: { kind: 3, fd: 3 } },
];

test("the discriminator of several types is found: a constant, otherwise the size", () => {
  const { records } = CollectionSpec.fromBytes(bytes);
  expect(records["by_value"]?.rule).toEqual({
    by: "value",
    offset: 0,
    size: 4,
    values: { opened: [1], closed: [2, 3] },
  });
  expect(records["by_size"]?.rule).toEqual({ by: "size", sizes: { small: [4], large: [16] } });
  expect(records["perf_by_size"]?.rule).toEqual({ by: "size", sizes: { small: [4], large: [20] } });
});

test("padding added by the kernel is not a discriminator", () => {
  const { records } = CollectionSpec.fromBytes(bytes);
  expect(records["alike"]).toMatchObject({ types: [{ name: "left" }, { name: "right" }], rule: undefined });
  expect(records["padded"]).toMatchObject({ types: [{ name: "five" }, { name: "seven" }], rule: undefined });
});

test("a reader distinguishes several types without options", async () => {
  using coll = await CollectionSpec.fromBytes(bytes).load();
  const program = coll.programs["send_by_value"] as Program<"syscall">;
  using ring = new RingBuf(coll.maps["by_value"] as MapBase);
  program.testRunSync();
  expect(ring.consume()).toEqual(sent);
  program.testRunSync();
  const batches = ring.batches();
  expect((await batches.next()).value).toEqual(sent);
  await batches.return?.();
  program.testRunSync();
  const seen: unknown[] = [];
  ring.drain((record, kind) => seen.push([kind, kind === "opened" ? record.path : record.fd]));
  expect(seen).toEqual([
    ["opened", "/tmp"],
    ["closed", 3],
    ["closed", 3],
  ]);
});

test("records of ring and perf buffers are distinguished by size", async () => {
  using coll = await CollectionSpec.fromBytes(bytes).load();
  using ring = new RingBuf(coll.maps["by_size"] as MapBase);
  using perf = new PerfBuf(coll.maps["perf_by_size"] as MapBase);
  (coll.programs["send_by_size"] as Program<"raw-tracepoint">).testRunSync();
  const large = expect.objectContaining({ cpu: 8 });
  expect(ring.consume()).toEqual([
    { kind: "small", value: { cpu: expect.any(Number) } },
    { kind: "large", value: large },
  ]);
  expect(perf.consume().map((event) => event.type === "sample" && event.value)).toEqual([
    { kind: "small", value: { cpu: expect.any(Number) } },
    { kind: "large", value: large },
  ]);
});

test("records are bytes if their types cannot be distinguished", async () => {
  using coll = await CollectionSpec.fromBytes(bytes).load();
  using ring = new RingBuf(coll.maps["alike"] as MapBase);
  (coll.programs["send_alike"] as Program<"syscall">).testRunSync();
  expect(ring.consume()).toEqual([expect.any(Uint8Array), expect.any(Uint8Array)]);
});

test("a record that matches no type is an error of that record", async () => {
  const opened = struct({ kind: "u32", flags: "u32", path: char(8) });
  const rule = { by: "value", offset: 0, size: 4, values: { opened: [1] } } as const;
  const codecs = { maps: { by_value: { records: { types: { opened }, rule } } } };
  using coll = await CollectionSpec.fromBytes(bytes, { codecs }).load();
  using ring = new RingBuf(coll.maps["by_value"] as MapBase);
  (coll.programs["send_by_value"] as Program<"syscall">).testRunSync();
  expect(ring.consume()).toEqual(sent.slice(0, 1));
  expect(() => ring.consume()).toThrow(RecordError);
  expect(() => ring.consume()).toThrow(
    'a record of ring buffer "by_value" has 3 in the 4 bytes at 0: programs send no such type',
  );
  expect(ring.consume()).toEqual([]);
});
