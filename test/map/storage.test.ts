import { once } from "node:events";
import { mkdirSync, rmdirSync } from "node:fs";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import {
  Arena,
  Map as BpfMap,
  CgrpStorage,
  EncodeError,
  InodeStorage,
  InvalidArgumentError,
  KernelSymbols,
  KeyNotExistError,
  NotSupportedError,
  RingBufMap,
  SkStorage,
  StackTraceMap,
  type SystemError,
  TaskStorage,
  UserRingBufMap,
} from "../../lib/index.ts";
import { cgroup2 } from "../support/cgroup2.ts";
import { requires, requiresConfig, requiresLinux, requiresOlder } from "../support/requires.ts";

test("a value is attached to a socket", async () => {
  using map = BpfMap.create({ type: "sk-storage", value: { hits: "u64" } });
  expect(map).toBeInstanceOf(SkStorage);
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  expect(map.get(server)).toBeUndefined();
  map.set(server, { hits: 3n });
  expect(map.get(server)).toEqual({ hits: 3n });
  expect(map.delete(server)).toBe(true);
  expect(map.delete(server)).toBe(false);
  expect(() => map.lookup(server)).toThrow(KeyNotExistError);
  expect(() => map.get({})).toThrow(EncodeError);
  server.close();
});

test("a value is attached to a process", (context) => {
  requiresLinux(context, "5.11", "task-storage");
  using map = BpfMap.create({ type: "task-storage", value: "u64" });
  expect(map).toBeInstanceOf(TaskStorage);
  map.set(process.pid, 7n);
  expect(map.get(process.pid)).toBe(7n);
  expect(map.has(1)).toBe(false);
  expect(map.delete(process.pid)).toBe(true);
  expect(() => map.get(0)).toThrow(InvalidArgumentError);
  expect(() => map.get(2 ** 22 + 1)).toThrow(/ESRCH|EINVAL/);
});

test("a value is attached to a file", (context) => {
  requiresConfig(context, "CONFIG_BPF_LSM", "inode-storage");
  using map = BpfMap.create({ type: "inode-storage", value: "u32" });
  expect(map).toBeInstanceOf(InodeStorage);
  try {
    map.set("/etc/passwd", 5);
  } catch (error) {
    // If BPF is not an active security module.
    if ((error as SystemError).errnoName !== "EBADF") throw error;
    return requires(context, false, `inode-storage: ${(error as Error).message}`);
  }
  expect(map.get("/etc/passwd")).toBe(5);
  expect(map.has("/etc")).toBe(false);
  expect(map.delete("/etc/passwd")).toBe(true);
});

test("a value is attached to a cgroup", (context) => {
  requiresLinux(context, "6.2", "cgrp-storage");
  using map = BpfMap.create({ type: "cgrp-storage", value: "u32" });
  expect(map).toBeInstanceOf(CgrpStorage);
  const path = `${cgroup2()}/maps-storage-${process.pid}`;
  mkdirSync(path);
  try {
    map.set(path, 5);
    expect(map.get(path)).toBe(5);
    expect(map.delete(path)).toBe(true);
  } finally {
    rmdirSync(path);
  }
});

test("the older cgroup storage types can be created", () => {
  for (const type of ["cgroup-storage", "percpu-cgroup-storage"] as const) {
    using map = BpfMap.create({ type, value: "u64" });
    expect([...map.keys()]).toEqual([]);
  }
});

test("an arena is memory that close unmaps", (context) => {
  requiresLinux(context, "6.9", "arena");
  const map = BpfMap.create({ type: "arena", maxEntries: 4 });
  expect(map).toBeInstanceOf(Arena);
  const words = new Uint32Array(map.memory());
  expect(words.byteLength).toBe(map.pages * 4096);
  words[0] = 5;
  words[words.length - 1] = 6;
  expect(new Uint32Array(map.memory())[0]).toBe(5);
  expect(map.offsetOf(map.address + 16n)).toBe(16);
  expect(() => map.offsetOf(map.address + 0x10000n)).toThrow();
  map.close();
  expect(words.length).toBe(0);
  expect(() => map.memory()).toThrow(/is closed/);
});

test("ring buffers have a size", () => {
  using ring = BpfMap.create({ type: "ringbuf", maxEntries: 4096 });
  expect(ring).toBeInstanceOf(RingBufMap);
  expect(ring.byteLength).toBe(4096);
});

test("user ring buffers have a size", (context) => {
  requiresLinux(context, "6.1", "user-ringbuf");
  using user = BpfMap.create({ type: "user-ringbuf", maxEntries: 4096 });
  expect(user).toBeInstanceOf(UserRingBufMap);
  expect(user.byteLength).toBe(4096);
});

const newer = [
  ["task-storage", "5.11"],
  ["bloom-filter", "5.16"],
  ["user-ringbuf", "6.1"],
  ["cgrp-storage", "6.2"],
  ["arena", "6.9"],
] as const;

for (const [type, since] of newer) {
  test(`${type}: an older kernel reports the required version`, (context) => {
    requiresOlder(context, since, `maps of type ${type}`);
    const make = () => BpfMap.create({ type, value: "u32", maxEntries: 4096 } as never);
    expect(make).toThrow(NotSupportedError);
    expect(make).toThrow(`Needs Linux ${since}`);
  });
}

test("a stack-trace map is written by programs only", () => {
  using stacks = BpfMap.create({ type: "stack-trace", maxEntries: 16, depth: 20 });
  expect(stacks).toBeInstanceOf(StackTraceMap);
  expect(stacks.get(3)).toBeUndefined();
  expect(stacks.symbolize(3)).toBeUndefined();
  expect([...stacks]).toEqual([]);
});

test("kernel addresses are symbolized", () => {
  const symbols = new KernelSymbols(
    "ffffffff81000000 T _text\nffffffff81000100 T do_it\nffffffff81000100 t do_it_alias\nffffffffc0000010 t helper\t[module]\n",
  );
  expect(symbols.find(0xffffffff81000000n)).toEqual({ name: "_text", offset: 0, module: undefined });
  expect(symbols.find(0xffffffff81000123n)).toEqual({ name: "do_it", offset: 0x23, module: undefined });
  expect(symbols.find(0xffffffffc0000011n)).toEqual({ name: "helper", offset: 1, module: "module" });
  expect(symbols.find(0x1000n)).toBeUndefined();
  expect(symbols.find(0xffffffffffffffffn)).toBeUndefined();
  const own = KernelSymbols.ofThisKernel();
  expect(own).toBe(KernelSymbols.ofThisKernel());
});
