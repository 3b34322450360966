import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  AsmError,
  asm,
  BpfMap,
  Btf,
  CollectionSpec,
  InvalidArgumentError,
  link,
  type MapOfMaps,
  type StructOpsMap,
} from "../../lib/index.ts";
import { requires, requiresConfig, requiresLinux } from "../support/requires.ts";

const inner = { type: "hash", key: "u32", value: "u64", maxEntries: 8 } as const;

test("maps of maps have the shape of their inner maps", () => {
  const spec = CollectionSpec.create({
    maps: {
      by_index: {
        type: "array-of-maps",
        maxEntries: 4,
        inner: { type: "array", value: "u32", maxEntries: 2 },
      },
      by_name: { type: "hash-of-maps", key: "char[8]", maxEntries: 4, inner },
    },
  });
  expect(spec.maps.by_name?.inner).toMatchObject({
    type: "hash",
    keySize: 4,
    valueSize: 8,
    maxEntries: 8,
  });
  using coll = spec.loadSync();
  using map = BpfMap.create(inner);
  using outer = BpfMap.fromId(coll.maps.by_name?.info().id as number);
  expect(outer.info()).toMatchObject({ type: "hash-of-maps", keySize: 8, valueSize: 4 });
  map.set(1, 2n);
  const byName = coll.maps.by_name as MapOfMaps<string, BpfMap>;
  byName.set("one", map);
  using found = byName.get("one") as BpfMap;
  expect(found.info().id).toBe(map.info().id);
});

test("wrong shapes of inner maps are refused", () => {
  const array = { type: "array", value: "u32", maxEntries: 1 } as const;
  const create = (m: object) => () => CollectionSpec.create({ maps: { m: m as never } });
  expect(create({ ...array, inner })).toThrow(InvalidArgumentError);
  expect(create({ type: "array-of-maps" })).toThrow(/inner of map "m": expected the shape/);
  expect(create({ type: "array-of-maps", inner: { ...inner, inner } })).toThrow(
    /^option of inner of map "m": .*received "inner"/,
  );
  expect(create({ type: "array-of-maps", inner: { ...inner, pinning: "by-name" } })).toThrow(/"pinning"/);
});

test("functions of the kernel are called by name", async (context) => {
  requiresLinux(context, "6.2", "bpf_task_from_pid");
  const spec = CollectionSpec.create({
    license: "GPL",
    kernelBtf: Btf.kernel(),
    programs: {
      find: {
        section: "syscall",
        instructions: [
          asm.mov(asm.r1, process.pid),
          asm.callKfunc("bpf_task_from_pid"),
          asm.jeq(asm.r0, 0, "out"),
          asm.mov(asm.r1, asm.r0),
          asm.callKfunc("bpf_task_release"),
          asm.mov(asm.r0, 7),
          asm.label("out"),
          asm.exit(),
        ],
      },
    },
  });
  expect(spec.ksyms.bpf_task_from_pid).toMatchObject({ kind: "function" });
  using coll = await spec.load();
  expect(coll.programs.find?.testRunSync({}).returnValue).toBe(7);
});

test("variables of the kernel are read by name", async (context) => {
  requiresLinux(context, "5.10", "variables of the kernel");
  requiresConfig(context, "CONFIG_KALLSYMS_ALL", "addresses of variables");
  const declared = Btf.kernel().find("bpf_prog_active", "var") !== undefined;
  requires(context, declared, "the BTF of this kernel has no variables", "kernel");
  const spec = CollectionSpec.create({
    license: "GPL",
    kernelBtf: Btf.kernel(),
    programs: {
      read: {
        section: "tracepoint/syscalls/sys_enter_getpid",
        instructions: [
          asm.loadKernelVariable(asm.r1, "bpf_prog_active"),
          asm.call("this_cpu_ptr"),
          asm.load("u32", asm.r0, asm.r0, 0),
          asm.exit(),
        ],
      },
    },
  });
  using coll = await spec.load();
  expect(asm.print(coll.programs.read?.instructions() ?? [])).toMatch(
    /r1 = 0x[0-9a-f]{5,}|r1 = .*bpf_prog_active/,
  );
});

test("what the kernel does not declare is refused", () => {
  const create = (...instructions: asm.Item[]) =>
    CollectionSpec.create({ kernelBtf: Btf.kernel(), programs: { p: { section: "xdp", instructions } } });
  expect(() => create(asm.callKfunc("bpf_none"), asm.exit())).toThrow(/no function "bpf_none"/);
  expect(() => create(asm.loadKernelVariable(asm.r1, "none"), asm.exit())).toThrow(/no variable "none"/);
  const instructions = [asm.callKfunc("bpf_task_release"), asm.exit()];
  expect(() => CollectionSpec.create({ programs: { p: { section: "xdp", instructions } } })).toThrow(
    AsmError,
  );
});

const returns = (value: number) => [asm.mov(asm.r0, value), asm.exit()];

function congestionControl(
  members: Record<string, unknown>,
  options: { link?: boolean; type?: string } = {},
) {
  return CollectionSpec.create({
    license: "GPL",
    kernelBtf: Btf.kernel(),
    structOps: { made: { type: "tcp_congestion_ops", members, ...options } },
    programs: {
      ssthresh: { section: "struct_ops/ssthresh", instructions: returns(10) },
      undo_cwnd: { section: "struct_ops/undo_cwnd", instructions: returns(10) },
      cong_avoid: { section: "struct_ops/cong_avoid", instructions: returns(0) },
    },
  });
}

const callbacks = { ssthresh: "ssthresh", undo_cwnd: "undo_cwnd", cong_avoid: "cong_avoid" };
const algorithms = () => readFileSync("/proc/sys/net/ipv4/tcp_available_congestion_control", "utf8");

test("a struct of callbacks is registered by a link", async (context) => {
  requiresLinux(context, "6.4", "links of struct_ops");
  requires(context, process.arch === "x64" || process.arch === "arm64", "this JIT has no trampolines");
  const spec = congestionControl({ ...callbacks, name: "ebpf_made" });
  expect(spec.maps.made).toMatchObject({ type: "struct-ops", flags: ["link"] });
  using coll = await spec.load();
  {
    using _ = link.structOps(coll.maps.made as StructOpsMap);
    expect(algorithms()).toContain("ebpf_made");
  }
  expect(algorithms()).not.toContain("ebpf_made");
});

test("members that a struct of callbacks does not have are refused", () => {
  expect(() => congestionControl({ none: 1 })).toThrow(/has no member "none"/);
  expect(() => congestionControl({ ssthresh: 1 })).toThrow(/expected the name of a program/);
  expect(() => congestionControl({ ssthresh: "none" })).toThrow(/no program of the object is called "none"/);
  expect(() => congestionControl({}, { type: "none_ops" })).toThrow(/no struct "none_ops"/);
});

test("an arena has its variables and its address", async (context) => {
  requiresLinux(context, "6.9", "arenas");
  requires(context, process.arch === "x64" || process.arch === "arm64", "this JIT has no arenas");
  const spec = CollectionSpec.create({
    license: "GPL",
    maps: { pages: { type: "arena", maxEntries: 4, flags: ["mmapable"], mapExtra: 1n << 44n } },
    variables: {
      first: { type: "u64", value: 5, arena: true },
      second: { type: "u32", value: 6, arena: true },
    },
    programs: {
      swap: {
        section: "syscall",
        instructions: [
          asm.loadMap(asm.r1, "pages"),
          asm.loadVariable(asm.r1, "second"),
          asm.addrSpaceCast(asm.r1, asm.r1, 0, 1),
          asm.load("u32", asm.r0, asm.r1, 0),
          asm.store("u32", asm.r1, 0, 9),
          asm.exit(),
        ],
      },
    },
  });
  expect(spec.variables.second).toMatchObject({ value: 6, section: ".addr_space.1" });
  expect(spec.maps.pages).toMatchObject({ mapExtra: 1n << 44n });
  using coll = await spec.load();
  expect(coll.programs.swap?.testRunSync({}).returnValue).toBe(6);
  expect(coll.variables.second?.value).toBe(9);
});

test("variables that an object cannot have are refused", () => {
  const create = (variables: object) => () =>
    CollectionSpec.create({
      maps: { same: { type: "array", value: "u32", maxEntries: 1 } },
      variables: variables as never,
    });
  expect(create({ a: { type: "u32", arena: true, constant: true } })).toThrow(/"a".*cannot be constant/);
  expect(create({ a: { type: "u32", arena: true } })).toThrow(/arena/);
  expect(create({ same: { type: "u32" } })).toThrow(/two symbols of the name "same"/);
});
