import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, expectTypeOf, test } from "vitest";
import {
  type ArrayMap,
  asm,
  BpfMap,
  CollectionSpec,
  InvalidArgumentError,
  Link,
  PinError,
  type Program,
  type ProgramArray,
  UpgradeError,
  UpgradeLockedError,
  upgrade,
} from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requiresLinux } from "../support/requires.ts";
import { pinFolder, specOf } from "./folder.ts";
import { eventually, Traffic } from "./traffic.ts";

function attachTo({ interfaces: [device = ""], cgroup }: Traffic) {
  return {
    at_xdp: { interface: device, mode: "generic" },
    at_tcx: { interface: device },
    at_cgroup: { cgroup },
  };
}

function attachedProgram(pin: string): number {
  using link = Link.fromPin(pin);
  return link.info().programId;
}

test("the first version is started, then adopted, then replaced, and counts continue", async (context) => {
  requiresLinux(context, "6.6", "tcx");
  using pins = pinFolder("start");
  using traffic = new Traffic();
  const attach = attachTo(traffic);
  traffic.start();
  {
    using first = await upgrade(specOf("upgrade_1"), pins.path, { attach });
    expect([first.action, first.version]).toEqual(["started", 1]);
    traffic.sent = 0;
    traffic.events = 0;
    for (const index of [0, 1, 2, 3]) (first.collection.maps["counts"] as ArrayMap<bigint>).set(index, 0n);
    await eventually(() => expect(traffic.sent).toBeGreaterThan(50));
  }
  let program: number;
  {
    using same = await upgrade(specOf("upgrade_1"), pins.path, { attach });
    expect([same.action, same.version]).toEqual(["adopted", 1]);
    expect((same.collection.maps["counts"] as ArrayMap<bigint>).get(0)).toBeGreaterThan(0n);
    program = same.collection.programs["at_xdp"]?.info().id as number;
    const hook = same.hooks.find((each) => each.program === "at_xdp");
    expect(hook?.options).toEqual(attach.at_xdp);
    expect(attachedProgram(hook?.linkPin ?? "")).toBe(program);
  }
  using next = await upgrade(specOf("upgrade_2"), pins.path, { attach });
  expect([next.action, next.version]).toEqual(["upgraded", 2]);
  expect(next.maps).toEqual({ counts: "kept", seen: "kept" });
  expect(readdirSync(join(pins.path, "versions"))).toEqual(["2"]);
  for (const hook of next.hooks) {
    const now = next.collection.programs[hook.program]?.info().id;
    expect(attachedProgram(hook.linkPin)).toBe(now);
    expect(now).not.toBe(program);
  }
  await traffic.stop();
  next.uninstall();
  expect(existsSync(pins.path)).toBe(false);
});

test("the old version is restored when the health check fails, and when a step throws", async (context) => {
  requiresLinux(context, "6.6", "tcx");
  using pins = pinFolder("check");
  using traffic = new Traffic();
  const attach = attachTo(traffic);
  using first = await upgrade(specOf("upgrade_1"), pins.path, { attach });
  const programs = first.hooks.map(({ linkPin }) => attachedProgram(linkPin));
  const counts = first.collection.maps["counts"] as ArrayMap<bigint>;
  traffic.start();
  for (const index of [0, 1, 2, 3]) counts.set(index, 0n);
  const before = { sent: traffic.sent, events: traffic.events };

  const broken = { attach, check: () => false };
  await expect(upgrade(specOf("upgrade_2"), pins.path, broken)).rejects.toThrow(
    "the health check of version 2 failed",
  );
  const cause = new Error("no packets");
  const throwing = { attach, check: () => Promise.reject(cause) };
  await expect(upgrade(specOf("upgrade_2"), pins.path, throwing)).rejects.toMatchObject({ cause });
  let replaced = 0;
  const onStep = ({ name }: { name: string }) => {
    if (name === "replace" && ++replaced === 3) throw cause;
  };
  await expect(upgrade(specOf("upgrade_2"), pins.path, { attach, onStep })).rejects.toBe(cause);

  const tracing = first.hooks.findIndex(({ program }) => program === "at_tracepoint");
  expect(first.hooks.map(({ linkPin }) => attachedProgram(linkPin))).toEqual(programs);
  expect(tracing).toBeGreaterThanOrEqual(0);
  expect(readdirSync(join(pins.path, "versions"))).toEqual(["1"]);
  await traffic.stop();
  const sent = BigInt(traffic.sent - before.sent);
  await eventually(() => expect([counts.get(0), counts.get(1), counts.get(2)]).toEqual([sent, sent, sent]));
  expect(counts.get(3)).toBe(BigInt(traffic.events - before.events));
});

test("a program that the new version lacks is detached, and a new program is attached", async (context) => {
  requiresLinux(context, "6.6", "tcx");
  using pins = pinFolder("programs");
  using traffic = new Traffic();
  const { at_xdp, at_tcx, at_cgroup } = attachTo(traffic);
  const none = { at_cgroup: false, at_tracepoint: false } as const;
  using first = await upgrade(specOf("upgrade_1"), pins.path, { attach: { ...none, at_xdp, at_tcx: false } });
  expect(first.hooks.map(({ program }) => program)).toEqual(["at_xdp"]);
  using next = await upgrade(specOf("upgrade_2"), pins.path, {
    attach: { ...none, at_xdp: false, at_tcx, at_cgroup },
  });
  expect(next.hooks.map(({ program }) => program)).toEqual(["at_tcx", "at_cgroup"]);
  expect(readdirSync(join(pins.path, "links"))).toHaveLength(2);
  // The same version at other hooks: nothing is loaded.
  const id = next.collection.programs["at_tcx"]?.info().id;
  using moved = await upgrade(specOf("upgrade_2"), pins.path, { attach: { ...none, at_xdp, at_tcx } });
  expect(moved.collection.programs["at_tcx"]?.info().id).toBe(id);
  expect(moved.hooks.map(({ program }) => program)).toEqual(["at_xdp", "at_tcx"]);
});

test("a link that lost its interface is attached anew", async (context) => {
  requiresLinux(context, "5.15", "pinned links of tracepoints");
  using pins = pinFolder("gone");
  const device = `ug${process.pid % 100_000}`;
  const make = () =>
    execFileSync("ip", ["link", "add", device, "type", "veth", "peer", "name", `${device}p`]);
  const remove = () => execFileSync("ip", ["link", "delete", device]);
  const attach = { at_xdp: { interface: device, mode: "generic" }, at_tcx: false, at_cgroup: false } as const;
  make();
  try {
    (await upgrade(specOf("upgrade_1"), pins.path, { attach })).close();
    remove();
    make();
    using again = await upgrade(specOf("upgrade_1"), pins.path, { attach });
    expect(again.action).toBe("adopted");
    const hook = again.hooks.find(({ program }) => program === "at_xdp");
    using link = Link.fromPin(hook?.linkPin ?? "");
    expect(link.info()).not.toMatchObject({ interfaceIndex: 0 });
  } finally {
    remove();
  }
});

test("two upgrades of one folder at once are refused, with the process that holds the lock", async () => {
  using pins = pinFolder("lock");
  const attach = { at_xdp: false, at_tcx: false, at_cgroup: false, at_tracepoint: false } as const;
  let refused: unknown;
  (
    await upgrade(specOf("upgrade_1"), pins.path, {
      attach,
      check: async () => {
        refused = await upgrade(specOf("upgrade_2"), pins.path, { attach }).catch((error) => error);
      },
    })
  ).close();
  expect(refused).toBeInstanceOf(UpgradeLockedError);
  expect(refused).toMatchObject({ code: "ERR_EBPF_UPGRADE_LOCKED", pid: process.pid, folder: pins.path });
});

test("folders that are not on a bpffs, or have other pins, are refused and not changed", async () => {
  await expect(upgrade(specOf("upgrade_1"), "/tmp/upgrade_of_nothing")).rejects.toThrow(PinError);
  expect(existsSync("/tmp/upgrade_of_nothing")).toBe(false);
  using pins = pinFolder("foreign");
  mkdirSync(pins.path);
  using map = BpfMap.create({ type: "array", value: "u32", maxEntries: 1 });
  map.pin(join(pins.path, "others"));
  await expect(upgrade(specOf("upgrade_1"), pins.path)).rejects.toThrow(UpgradeError);
  expect(readdirSync(pins.path)).toEqual(["others"]);
});

test("options are checked before anything changes", async () => {
  using pins = pinFolder("options");
  const refused = async (options: object) => {
    await expect(upgrade(specOf("upgrade_1"), pins.path, options)).rejects.toThrow(InvalidArgumentError);
    expect(existsSync(join(pins.path, "current"))).toBe(false);
  };
  await refused({ attach: { at_xpd: {} } });
  await refused({ attach: { at_xdp: "eth0" } });
  const twice = [{ interface: "lo" }, { interface: "lo" }];
  await refused({ attach: { at_xdp: twice, at_tcx: false, at_cgroup: false } });
  await refused({ maps: { count: "fresh" } });
  await refused({ maps: { counts: "new" } });
  await refused({ interface: "lo" });
});

test("a program array of the new version has its programs in the places of the old ones", async () => {
  using pins = pinFolder("array");
  const spec = (result: number) => {
    const pass = [asm.mov(asm.r0, result), asm.exit()];
    const made = CollectionSpec.create({
      license: "GPL",
      maps: { jumps: { type: "prog-array", key: "u32", value: "u32", maxEntries: 4 } },
      programs: {
        first: { section: "xdp", instructions: pass },
        second: { section: "xdp", instructions: pass },
      },
    });
    for (const program of Object.values(made.programs)) program.autoattach = false;
    return made;
  };
  using old = await upgrade(spec(1), pins.path);
  const before = old.collection.maps["jumps"] as ProgramArray;
  before.set(2, old.collection.program("second"));
  using next = await upgrade(spec(2), pins.path);
  const jumps = next.collection.maps["jumps"] as ProgramArray;
  expect(jumps.id).not.toBe(before.id);
  expect(jumps.getId(2)).toBe(next.collection.program("second").info().id);
  expect(jumps.getId(0)).toBeUndefined();
});

interface TypedShape {
  maps: { counts: ArrayMap<bigint> };
  programs: { at_tracepoint: Program<"tracepoint", "tracepoint/syscalls/sys_enter_pread64"> };
  variables: Record<never, never>;
}

test("the collection and the options have the types of the spec", async () => {
  using pins = pinFolder("typed");
  const spec = CollectionSpec.fromFile<CollectionSpec<TypedShape>>(testObject("upgrade_1"));
  for (const program of Object.values(spec.programs)) program.autoattach = false;
  using app = await upgrade(spec, pins.path, {
    maps: { counts: { value: (old: number) => BigInt(old), add: [""] } },
    check: (coll) => expectTypeOf(coll.maps.counts).toEqualTypeOf<ArrayMap<bigint>>(),
  });
  expectTypeOf(app.collection.maps.counts).toEqualTypeOf<ArrayMap<bigint>>();
  expect(app.collection.maps.counts.get(0)).toBe(0n);
  // @ts-expect-error: no program has this name
  await expect(upgrade(spec, pins.path, { attach: { trace: {} } })).rejects.toThrow(InvalidArgumentError);
  // @ts-expect-error: no map has this name
  await expect(upgrade(spec, pins.path, { maps: { count: "fresh" } })).rejects.toThrow(InvalidArgumentError);
});
