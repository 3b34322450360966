import { expect, test } from "vitest";
import { CollectionSpec, EncodeError, InvalidArgumentError } from "../../lib/index.ts";

const spec = (): CollectionSpec =>
  CollectionSpec.create({
    maps: {
      ports: { type: "hash", key: "u16", value: "u64", maxEntries: 4 },
      jobs: { type: "queue", value: "u32", maxEntries: 4 },
    },
  });

test("loading a spec stores the entries that it had when the load began", async () => {
  const edited = spec();
  Object.assign(edited.maps["ports"] ?? {}, {
    entries: [
      [80, 1n],
      [443, 2],
    ],
  });
  using coll = edited.copy().loadSync();
  expect([...coll.map("ports")].sort()).toEqual([
    [443, 2n],
    [80, 1n],
  ]);
  const loading = edited.load();
  Object.assign(edited.maps["ports"] ?? {}, { entries: [[22, 3n]] });
  using other = await loading;
  expect(other.map("ports").get(22)).toBeUndefined();
  expect(() => edited.toBytes()).toThrow(InvalidArgumentError);
});

test("entries that a map cannot store are refused, and nothing stays loaded", () => {
  const refused = (map: string, entries: unknown, error: new (...args: never[]) => Error): void => {
    const edited = spec();
    Object.assign(edited.maps[map] ?? {}, { entries });
    expect(() => edited.loadSync()).toThrow(error);
  };
  refused("ports", [[65536, 1n]], EncodeError);
  refused("jobs", [[0, 1]], InvalidArgumentError);
  refused("ports", [[1]], InvalidArgumentError);
  refused("ports", 5, InvalidArgumentError);
  refused("ports", [5], InvalidArgumentError);
});
