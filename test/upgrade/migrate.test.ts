import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ArrayMap, type HashMap, type PerCpuMap, UpgradeError, upgrade } from "../../lib/index.ts";
import { requiresLinux } from "../support/requires.ts";
import { pinFolder, specOf } from "./folder.ts";
import { eventually, Traffic } from "./traffic.ts";

const add = ["packets"];

test("maps with another layout are migrated, and every packet is counted once", async (context) => {
  requiresLinux(context, "5.15", "pinned links of tracepoints");
  using pins = pinFolder("migrate");
  using traffic = new Traffic({ length: 1200 });
  const [device = ""] = traffic.interfaces;
  const attach = { count_lengths: { interface: device, mode: "generic" } };
  using first = await upgrade(specOf("upgrade_stats_1"), pins.path, { attach });
  const old = first.collection.maps["by_length"] as HashMap<number, { packets: bigint; last: number }>;
  // Entries that the programs do not touch, more than a batch has.
  for (let key = 0; key < 900; key++) old.set(key, { packets: BigInt(key), last: 7 });
  traffic.start();
  await eventually(() => expect(traffic.sent).toBeGreaterThan(200));

  using next = await upgrade(specOf("upgrade_stats_2"), pins.path, {
    attach,
    maps: { by_length: { add }, ".bss": { add: ["all"] } },
  });
  expect(next.maps).toMatchObject({ by_length: "migrated", totals: "migrated", ".bss": "migrated" });
  const at = traffic.sent;
  await eventually(() => expect(traffic.sent).toBeGreaterThan(at + 100));
  await traffic.stop();

  const lengths = next.collection.maps["by_length"] as HashMap<
    number,
    { bytes: bigint; last: bigint; packets: bigint }
  >;
  const totals = next.collection.maps["totals"] as PerCpuMap<number, bigint>;
  const sent = BigInt(traffic.sent);
  // 1,200 bytes with the headers of Ethernet, IPv4 and UDP.
  await eventually(() => expect(lengths.get(1242)).toEqual({ bytes: 0n, last: 2n, packets: sent }));
  expect(totals.get(0)?.reduce((sum, each) => sum + each)).toBe(sent);
  expect(next.collection.variables["all"]?.value).toBe(sent);
  expect(lengths.get(899)).toEqual({ bytes: 0n, last: 7n, packets: 899n });
});

test("a field with another name is refused, and converted by a function", async (context) => {
  requiresLinux(context, "5.15", "pinned links of tracepoints");
  using pins = pinFolder("function");
  const attach = { count_lengths: false } as const;
  using first = await upgrade(specOf("upgrade_stats_1"), pins.path, { attach });
  const old = first.collection.maps["by_length"] as HashMap<number, { packets: bigint; last: number }>;
  old.set(1, { packets: 5n, last: 1 });
  old.set(2, { packets: 6n, last: 1 });
  const refused = upgrade(specOf("upgrade_stats_3"), pins.path, { attach });
  await expect(refused).rejects.toThrow(UpgradeError);
  await expect(refused).rejects.toThrow(
    'the maps of version 1 cannot be handed over: map "by_length": value.packets is missing in the new version',
  );
  expect(readdirSync(join(pins.path, "versions"))).toEqual(["1"]);
  using next = await upgrade(specOf("upgrade_stats_3"), pins.path, {
    attach,
    maps: {
      by_length: {
        value: (value, key) => (key === 2 ? undefined : { frames: value.packets, last: value.last }),
      },
    },
  });
  const now = next.collection.maps["by_length"] as HashMap<number, unknown>;
  expect([...now]).toEqual([[1, { frames: 5n, last: 1 }]]);
});

test('a map that cannot be migrated is refused, unless "fresh" or "keep" is given', async (context) => {
  requiresLinux(context, "5.15", "pinned links of tracepoints");
  using pins = pinFolder("refused");
  const attach = { count_lengths: false } as const;
  using first = await upgrade(specOf("upgrade_stats_1"), pins.path, { attach });
  (first.collection.maps["by_length"] as HashMap<number, object>).set(1, { packets: 5n, last: 1 });
  const changed = () => {
    const spec = specOf("upgrade_stats_1");
    return { spec, map: spec.maps["by_length"] as NonNullable<(typeof spec.maps)[string]> };
  };
  const queue = changed();
  queue.map.type = "percpu-hash";
  await expect(upgrade(queue.spec, pins.path, { attach })).rejects.toThrow(
    /map "by_length": type is percpu-hash, was hash, and such maps cannot be migrated/,
  );
  const small = changed();
  small.map.maxEntries = 512;
  using fewer = await upgrade(small.spec, pins.path, { attach });
  expect(fewer.maps["by_length"]).toBe("migrated");
  expect([...(fewer.collection.maps["by_length"] as HashMap<number, unknown>).keys()]).toEqual([1]);
  for (let key = 0; key < 10; key++)
    (fewer.collection.maps["by_length"] as HashMap<number, object>).set(key, { packets: 1n, last: 1 });
  small.map.maxEntries = 9;
  await expect(upgrade(small.spec, pins.path, { attach })).rejects.toThrow(
    'map "by_length" has more entries than the 9 of the new version',
  );
  expect(readdirSync(join(pins.path, "versions"))).toEqual(["2"]);
  using fresh = await upgrade(small.spec, pins.path, { attach, maps: { by_length: "fresh" } });
  expect([...(fresh.collection.maps["by_length"] as HashMap<number, unknown>)]).toEqual([]);
});

test("a number that does not fit the new type is refused, and the old version keeps running", async (context) => {
  requiresLinux(context, "5.15", "pinned links of tracepoints");
  using pins = pinFolder("narrow");
  const attach = { count_lengths: false } as const;
  using first = await upgrade(specOf("upgrade_stats_2"), pins.path, { attach });
  const totals = first.collection.maps["totals"] as ArrayMap<bigint[]>;
  const cpus = (totals.get(0) as bigint[]).length;
  totals.set(0, Array<bigint>(cpus).fill(2n ** 40n));
  const back = {
    attach,
    maps: {
      by_length: {
        value: ({ packets, last }: { packets: bigint; last: bigint }) => ({ packets, last: Number(last) }),
      },
      ".bss": { value: ({ all }: { all: bigint }) => ({ all }) },
    },
  };
  await expect(upgrade(specOf("upgrade_stats_1"), pins.path, back)).rejects.toThrow(
    /map "totals" cannot be migrated: .*1099511627776/,
  );
  totals.set(0, Array<bigint>(cpus).fill(3n));
  using older = await upgrade(specOf("upgrade_stats_1"), pins.path, back);
  expect((older.collection.maps["totals"] as ArrayMap<number[]>).get(0)).toEqual(Array(cpus).fill(3));
});
