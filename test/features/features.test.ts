import { existsSync } from "node:fs";
import { release } from "node:os";
import { expect, test } from "vitest";
import { CollectionSpec, features, type Program } from "../../lib/index.ts";
import { requiresKprobes } from "../support/link.ts";
import { testObject } from "../support/objects.ts";
import { kernelHas, linuxAtLeast, requires, requiresOlder } from "../support/requires.ts";

// From the changelogs of Linux; the kernels of the matrix have every one that is not newer than they are.
const programTypes = [
  ["socket-filter", "3.19"],
  ["xdp", "4.8"],
  ["raw-tracepoint", "4.17"],
  ["tracing", "5.8"],
  ["sk-lookup", "5.9"],
  ["syscall", "5.14"],
  ["netfilter", "6.4"],
] as const;

const mapTypes = [
  ["hash", "3.19"],
  ["lpm-trie", "4.11"],
  ["ringbuf", "5.8"],
  ["bloom-filter", "5.16"],
  ["user-ringbuf", "6.1"],
  ["arena", "6.9"],
  ["struct-ops", "5.6"],
] as const;

test.each(programTypes)("programs of type %s came with Linux %s", (type, version) => {
  expect(features.programType(type)).toBe(linuxAtLeast(version));
});

test.each(mapTypes)("maps of type %s came with Linux %s", (type, version) => {
  expect(features.mapType(type)).toBe(linuxAtLeast(version));
});

test("helpers belong to types of programs", () => {
  expect(features.helper("xdp", "bpf_redirect")).toBe(true);
  expect(features.helper("kprobe", "bpf_redirect")).toBe(false);
  expect(features.helper("kprobe", "bpf_get_current_comm")).toBe(true);
  expect(features.helper("xdp", "bpf_loop")).toBe(linuxAtLeast("5.17"));
  expect(features.helper("xdp", "bpf_map_lookup_percpu_elem")).toBe(linuxAtLeast("5.19"));
  expect(() => features.helper("xdp", "bpf_redirekt")).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_UNKNOWN_NAME",
      nearest: expect.arrayContaining(["bpf_redirect"]),
    }),
  );
  expect(features.helperNames()).toContain("bpf_cgrp_storage_delete");
  expect(features.helperNames()).toHaveLength(211);
});

test("kinds of attachment are probed", () => {
  expect(features.attaching("cgroup-link")).toBe(linuxAtLeast("5.7"));
  expect(features.attaching("perf-link")).toBe(linuxAtLeast("5.15"));
  expect(features.attaching("tcx")).toBe(linuxAtLeast("6.6"));
  expect(features.attaching("uprobe-multi")).toBe(linuxAtLeast("6.6"));
  expect(features.attaching("netfilter")).toBe(linuxAtLeast("6.4"));
  expect(features.attaching("iterator")).toBe(linuxAtLeast("5.8"));
  expect(features.attaching("uprobe")).toBe(true);
});

test("kprobe.multi needs fprobes, which Debian's 6.1 is built without", (context) => {
  requiresKprobes(context);
  const fprobes = kernelHas("CONFIG_FPROBE");
  expect(features.attaching("kprobe-multi")).toBe(fprobes && linuxAtLeast("5.18"));
  expect(features.attaching("kprobe-session")).toBe(fprobes && linuxAtLeast("6.10"));
});

test("fentry and LSM are supported on kernels where they work", (context) => {
  requires(context, features.attaching("fentry"), "fentry: this kernel refuses BPF trampolines");
  expect(features.attaching("lsm")).toBe(features.activeLsms()?.includes("bpf"));
});

test("a program that needs trampolines is refused with that reason on a kernel without them", async (context) => {
  requires(
    context,
    !features.attaching("fentry"),
    "the refusal of fentry: this kernel attaches it",
    "kernel",
  );
  const spec = CollectionSpec.fromFile(testObject("load_fentry"));
  await expect(spec.load()).rejects.toMatchObject({
    code: "ERR_EBPF_NOT_SUPPORTED",
    cause: expect.objectContaining({ code: "ERR_EBPF_LOAD", subject: "on_fentry" }),
    remedy: expect.stringContaining("cannot attach to functions by BTF"),
  });
});

test("an unknown kernel function is reported with similar names", async () => {
  const spec = CollectionSpec.fromFile(testObject("load_fentry"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === "on_nothing";
  await expect(spec.load()).rejects.toMatchObject({
    code: "ERR_EBPF_NO_SYMBOL",
    message: expect.stringMatching(
      /^cannot attach program "on_nothing": this kernel has no "bpf_fentry_tst1" to attach to \(nearest: .*"bpf_fentry_test1".*\)\. Name "bpf_fentry_test1"/,
    ),
    nearest: expect.arrayContaining(["bpf_fentry_test1"]),
  });
}, 60_000);

test("an edited tracepoint that the kernel lacks is reported with similar names", () => {
  const spec = CollectionSpec.fromFile(testObject("link_trace"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === "on_tp_btf";
  const program = spec.programs["on_tp_btf"];
  if (program) program.attachTo = "sys_entr";
  expect(() => spec.loadSync()).toThrow(
    expect.objectContaining({
      code: "ERR_EBPF_NO_SYMBOL",
      symbol: "sys_entr",
      nearest: expect.arrayContaining(["sys_enter"]),
    }),
  );
}, 60_000);

test("a feature that is too new for the kernel is reported with the Linux version that it needs", async (context) => {
  requiresOlder(context, "5.16", "bloom filters");
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  const map = spec.maps.runs;
  if (map) map.type = "bloom-filter";
  await expect(spec.load()).rejects.toMatchObject({
    code: "ERR_EBPF_NOT_SUPPORTED",
    cause: expect.objectContaining({ code: "ERR_EBPF_LOAD", subject: "runs" }),
    remedy: `Needs Linux 5.16, this is ${features.kernelVersion()}`,
  });
});

test("a program type that the kernel lacks is reported with the Linux version that it needs", async (context) => {
  requiresOlder(context, "5.14", "syscall programs");
  const spec = CollectionSpec.fromFile(testObject("program_run"));
  for (const program of Object.values(spec.programs)) program.autoload = program.name === "double_it";
  await expect(spec.load()).rejects.toMatchObject({
    code: "ERR_EBPF_NOT_SUPPORTED",
    cause: expect.objectContaining({ code: "ERR_EBPF_LOAD", subject: "double_it" }),
    remedy: `Needs Linux 5.14, this is ${features.kernelVersion()}`,
  });
});

test("the kernel's configuration agrees with its behaviour", async () => {
  expect(release().startsWith(`${features.kernelVersion()}.`)).toBe(true);
  expect(features.kernelAtLeast(features.kernelVersion())).toBe(true);
  expect(features.kernelAtLeast("99.0")).toBe(false);
  expect(features.kernelBtf()).toBe(existsSync("/sys/kernel/btf/vmlinux"));
  using coll = await CollectionSpec.fromFile(testObject("program_run")).load();
  expect((coll.programs.swap_first_two as Program).jited().length > 0).toBe(features.jit());
  if (features.kernelConfig("BPF") === undefined) return;
  expect(features.kernelConfig("BPF_SYSCALL")).toBe("y");
  expect(features.kernelConfig("CONFIG_NO_SUCH_OPTION")).toBe("n");
});
