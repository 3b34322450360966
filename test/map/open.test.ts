import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import {
  Map as BpfMap,
  HashMap,
  InvalidArgumentError,
  MapAccessError,
  MapIncompatibleError,
  NotExistError,
  PinError,
  Queue,
} from "../../lib/index.ts";

const root = mkdtempSync("/sys/fs/bpf/maps-test-");
afterAll(() => rmSync(root, { recursive: true, force: true }));

const make = () => BpfMap.create({ type: "hash", name: "shared", key: "u32", value: "u64", maxEntries: 8 });

describe("a pinned map", () => {
  test("outlives its creator, and is opened with types", () => {
    const path = `${root}/folder/one`;
    {
      using map = make();
      map.set(1, 2n);
      map.pin(path);
      expect(() => map.pin(path)).toThrow(PinError);
    }
    using again = BpfMap.fromPin(path, { type: "hash", key: "u32", value: "u64" });
    expect(again).toBeInstanceOf(HashMap);
    expect(again.name).toBe("shared");
    expect(again.get(1)).toBe(2n);
    again.unpin();
    expect(() => BpfMap.fromPin(path)).toThrow(PinError);
    expect(() => again.unpin(path)).toThrow(PinError);
    expect(again.get(1)).toBe(2n);
  });

  test("is rejected with each difference when it is not the expected map", () => {
    const path = `${root}/two`;
    using map = make();
    map.pin(path);
    try {
      BpfMap.fromPin(path, {
        type: "lru-hash",
        key: "u64",
        value: "u64",
        maxEntries: 9,
        flags: ["no-prealloc"],
      });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(MapIncompatibleError);
      expect((error as MapIncompatibleError).differences).toEqual([
        { field: "type", expected: "lru-hash", actual: "hash" },
        { field: "keySize", expected: 8, actual: 4 },
        { field: "maxEntries", expected: 9, actual: 8 },
        { field: "flags", expected: 1, actual: 0 },
      ]);
      expect((error as Error).message).toContain("keySize is 4, not 8");
    }
    map.unpin();
  });

  test("can be opened read-only", () => {
    const path = `${root}/three`;
    using map = make();
    map.pin(path);
    using reader = BpfMap.fromPin(path, { type: "hash", key: "u32", value: "u64", access: "read-only" });
    expect(reader.get(1)).toBeUndefined();
    expect(() => reader.set(1, 1n)).toThrow(MapAccessError);
    using writer = BpfMap.fromPin(path, { type: "hash", key: "u32", value: "u64", access: "write-only" });
    writer.set(1, 1n);
    expect(() => writer.get(1)).toThrow(MapAccessError);
    expect(() => [...writer]).toThrow(MapAccessError);
    expect(() => BpfMap.fromPin(path, { access: "all" as never })).toThrow(InvalidArgumentError);
    map.unpin();
  });
});

test("a map is listed by ID, and opened by ID in the class of its type", () => {
  using queue = BpfMap.create({ type: "queue", value: "u32", maxEntries: 2 });
  expect([...BpfMap.ids()]).toContain(queue.id);
  using same = BpfMap.fromId(queue.id, { type: "queue", value: "u32" });
  expect(same).toBeInstanceOf(Queue);
  queue.push(5);
  expect(same.pop()).toBe(5);
  const { id } = queue;
  expect(() => BpfMap.fromId(0xffff_fff0)).toThrow(NotExistError);
  for (const wrong of [0, -1, 0.5, 2 ** 32, Number.NaN]) {
    expect(() => BpfMap.fromId(wrong)).toThrow(InvalidArgumentError);
  }
  expect(id).toBe(same.id);
});

test("the descriptor of a map is accepted, others are rejected", () => {
  using map = make();
  using same = BpfMap.fromFd(map.fd, { type: "hash", key: "u32", value: "u64" });
  expect(same.fd).not.toBe(map.fd);
  same.set(3, 4n);
  expect(map.get(3)).toBe(4n);
  const file = openSync("/dev/null", "r");
  expect(() => BpfMap.fromFd(file)).toThrow(InvalidArgumentError);
  closeSync(file);
  expect(() => BpfMap.fromFd(-1)).toThrow(InvalidArgumentError);
  expect(() => BpfMap.fromFd(999_999)).toThrow(InvalidArgumentError);
});

test("info returns the properties of a map", () => {
  using map = BpfMap.create({
    type: "hash",
    name: "a_name_longer_than_15",
    key: "u16",
    value: "u8[5]",
    maxEntries: 7,
    flags: ["no-prealloc"],
  });
  expect(map.name).toBe("a_name_longer_than_15");
  expect(map.info()).toMatchObject({
    id: map.id,
    type: "hash",
    name: "a_name_longer_t",
    keySize: 2,
    valueSize: 5,
    maxEntries: 7,
    flags: ["no-prealloc"],
    frozen: false,
  });
  expect(map.info().memory).toBeGreaterThan(0);
});

test("a map with invalid options is rejected", () => {
  const type = "hash";
  expect(() => BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 0 })).toThrow();
  // @ts-expect-error it needs "maxEntries"
  expect(() => BpfMap.create({ type, key: "u32", value: "u32" })).toThrow(InvalidArgumentError);
  // @ts-expect-error it needs "key"
  expect(() => BpfMap.create({ type, value: "u32", maxEntries: 1 })).toThrow(InvalidArgumentError);
  // @ts-expect-error it needs "value"
  expect(() => BpfMap.create({ type, key: "u32", maxEntries: 1 })).toThrow(InvalidArgumentError);
  expect(() =>
    BpfMap.create({ type: "nonsense" as "hash", key: "u32", value: "u32", maxEntries: 1 }),
  ).toThrow(InvalidArgumentError);
  expect(() => BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 1, name: "no spaces" })).toThrow(
    InvalidArgumentError,
  );
  expect(() =>
    BpfMap.create({ type, key: "u32", value: "u32", maxEntries: 1, flags: ["no" as never] }),
  ).toThrow(InvalidArgumentError);
  for (const maxEntries of [-1, 0.5, 2 ** 32, Number.NaN]) {
    expect(() => BpfMap.create({ type, key: "u32", value: "u32", maxEntries })).toThrow(InvalidArgumentError);
  }
});
