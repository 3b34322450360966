import { expect, test } from "vitest";
import type { Support } from "../../lib/index.ts";
import { features } from "../../lib/index.ts";
import { linuxAtLeast } from "../support/requires.ts";

const { probe } = features;

/** Every probe that has one answer for a kernel. */
function all(): [string, Support][] {
  return [
    ...features.programTypes.map((type) => [`program type ${type}`, probe.programType(type)] as const),
    ...features.mapTypes.map((type) => [`map type ${type}`, probe.mapType(type)] as const),
    ...features.attachFeatures.map((name) => [`attaching by ${name}`, probe.attaching(name)] as const),
    ...features.probedMapFlags.map((flag) => [`map flag ${flag}`, probe.mapFlag(flag)] as const),
    ...features.instructionSets.map(
      (level) => [`instruction set ${level}`, probe.instructionSet(level)] as const,
    ),
    ...features.verifierFeatures.map((name) => [`verifier ${name}`, probe.verifier(name)] as const),
    ["BTF", probe.btf()],
    ["JIT", probe.jit()],
    ["bpffs", probe.bpffs()],
    ["token", probe.token()],
  ].map((each) => [...each] as [string, Support]);
}

test("supported features are not newer than the kernel, and missing features have a reason", () => {
  const wrong: unknown[] = [];
  for (const [name, { supported, reason, since }] of all()) {
    const isNew = since !== undefined && !linuxAtLeast(since);
    if (supported === true && (isNew || reason !== undefined)) wrong.push({ name, since, reason });
    if (supported !== true && (reason === undefined || reason === "")) wrong.push({ name, supported });
    if (supported === false && isNew !== /^Needs Linux /.test(reason ?? ""))
      wrong.push({ name, reason, since });
  }
  expect(wrong).toEqual([]);
  expect(all().length).toBeGreaterThan(100);
});

test("each helper that a program type may call came with an earlier Linux", () => {
  const wrong: unknown[] = [];
  const types = (
    ["xdp", "sched-cls", "kprobe", "cgroup-sock-addr", "sk-msg", "sock-ops", "syscall"] as const
  ).filter((type) => features.programType(type));
  for (const name of features.helperNames()) {
    const since = features.helperSince(name) as string;
    const isCalled = types.some((type) => features.helper(type, name));
    if (isCalled && !linuxAtLeast(since)) wrong.push({ name, since });
  }
  expect(wrong).toEqual([]);
});

test("a kernel has the features of its version, unless it was built without them", () => {
  for (const level of features.instructionSets)
    expect({ level, has: features.instructionSet(level) }).toEqual({
      level,
      has: linuxAtLeast(features.instructionSetSince(level)),
    });
  for (const flag of features.probedMapFlags)
    expect({ flag, has: features.mapFlag(flag) }).toEqual({
      flag,
      has: linuxAtLeast(features.mapFlagSince(flag)),
    });
  for (const name of features.verifierFeatures) expect(features.verifier(name)).toBe(true);
  expect(features.token()).toBe(linuxAtLeast("6.9"));
});

test("a kfunc belongs to program types", () => {
  expect(features.kfunc("xdp", "bpf_dynptr_from_xdp")).toBe(linuxAtLeast("6.4"));
  expect(features.kfunc("kprobe", "bpf_dynptr_from_xdp")).toBe(false);
  expect(probe.kfunc("xdp", "vfs_read")).toMatchObject({
    supported: false,
    reason: expect.stringContaining('Programs of type "xdp" may not call "vfs_read"'),
  });
  expect(probe.kfunc("xdp", "bpf_no_such_kfunc")).toMatchObject({
    supported: false,
    reason: expect.stringContaining('has no function "bpf_no_such_kfunc"'),
  });
  expect(probe.kfunc("lsm", "vfs_read")).toMatchObject({ supported: "unknown" });
});

test("a probe with an unknown name throws", () => {
  const unknown = expect.objectContaining({ code: "ERR_EBPF_UNKNOWN_NAME" });
  expect(() => probe.helper("xdp", "bpf_redirekt")).toThrow(unknown);
  expect(() => probe.mapFlag("mmap" as "mmapable")).toThrow(unknown);
  expect(() => probe.instructionSet("v5" as "v4")).toThrow(unknown);
  expect(() => probe.verifier("loops" as "bounded-loops")).toThrow(unknown);
  expect(() => probe.attaching("tcy" as "tcx")).toThrow(unknown);
});
