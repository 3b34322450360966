import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type ArrayMap, canary, InvalidArgumentError, Link, UpgradeError, upgrade } from "../../lib/index.ts";
import { pinFolder, specOf } from "./folder.ts";
import { eventually, Traffic } from "./traffic.ts";

function optionsFor(traffic: Traffic) {
  const attach = {
    at_xdp: traffic.interfaces.map((device) => ({ interface: device, mode: "generic" })),
    at_tcx: false,
    at_cgroup: false,
    at_tracepoint: false,
  } as const;
  const on = ({ options }: { options: Record<string, unknown> }) =>
    options["interface"] === traffic.interfaces[1];
  return { attach, on };
}

function programs(folder: string): number[] {
  return readdirSync(join(folder, "links")).map((name) => {
    using link = Link.fromPin(join(folder, "links", name));
    return link.info().programId;
  });
}

test("a canary runs on one of two interfaces, is rolled back, tried again, and promoted", async () => {
  using pins = pinFolder("canary");
  using traffic = new Traffic({ pairs: 2 });
  const { attach, on } = optionsFor(traffic);
  using first = await upgrade(specOf("upgrade_1"), pins.path, { attach });
  const before = programs(pins.path);
  expect(new Set(before).size).toBe(1);
  traffic.start();
  {
    await using trial = await canary(specOf("upgrade_2"), pins.path, { attach, on });
    expect(trial.hooks.map(({ options }) => options["interface"])).toEqual([traffic.interfaces[1]]);
    expect(new Set(programs(pins.path)).size).toBe(2);
  }
  expect(programs(pins.path)).toEqual(before);

  const trial = await canary(specOf("upgrade_2"), pins.path, { attach, on });
  await expect(upgrade(specOf("upgrade_1"), pins.path, { attach })).rejects.toMatchObject({
    code: "ERR_EBPF_UPGRADE_LOCKED",
  });
  const at = traffic.sent;
  await eventually(() => expect(traffic.sent).toBeGreaterThan(at + 50));
  using promoted = await trial.promote();
  expect(promoted.action).toBe("upgraded");
  expect(programs(pins.path)).toEqual([0, 1].map(() => promoted.collection.program("at_xdp").info().id));
  await expect(trial.rollback()).rejects.toThrow(UpgradeError);
  await traffic.stop();
  const counts = first.collection.maps["counts"] as ArrayMap<bigint>;
  await eventually(() => expect(counts.get(0)).toBe(BigInt(traffic.sent * 2)));
});

test("a promotion whose health check fails restores the old version everywhere", async () => {
  using pins = pinFolder("promote");
  using traffic = new Traffic({ pairs: 2 });
  const { attach, on } = optionsFor(traffic);
  (await upgrade(specOf("upgrade_1"), pins.path, { attach })).close();
  const before = programs(pins.path);
  const trial = await canary(specOf("upgrade_2"), pins.path, { attach, on, check: () => false });
  await expect(trial.promote()).rejects.toThrow("the health check of version 2 failed");
  expect(programs(pins.path)).toEqual(before);
  const none = canary(specOf("upgrade_2"), pins.path, { attach, on: () => false });
  await expect(none).rejects.toThrow(InvalidArgumentError);
  expect(readdirSync(join(pins.path, "versions"))).toEqual(["1"]);
});
