import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import {
  AsmError,
  asm,
  Map as BpfMap,
  Btf,
  features,
  InvalidArgumentError,
  link,
  Program,
  UnknownNameError,
  VerifierError,
} from "../../lib/index.ts";
import { requires, requiresConfig, requiresLinux } from "../support/requires.ts";

const pass = [asm.mov(asm.r0, 2), asm.exit()];

test("a created program counts in a map and is attached", () => {
  using counts = BpfMap.create({ type: "array", value: "u64", maxEntries: 1 });
  using program = Program.create({
    type: "tracepoint",
    license: "GPL",
    name: "count",
    instructions: [
      asm.store("u32", asm.fp, -4, 0),
      asm.loadMap(asm.r1, counts),
      asm.mov(asm.r2, asm.fp),
      asm.add(asm.r2, -4),
      asm.call("map_lookup_elem"),
      asm.jeq(asm.r0, 0, "out"),
      asm.mov(asm.r1, 1),
      asm.atomicAdd("u64", asm.r0, 0, asm.r1),
      asm.label("out"),
      asm.mov(asm.r0, 0),
      asm.exit(),
    ],
  });
  expect(program).toMatchObject({ name: "count", type: "tracepoint", section: "", log: "" });
  expect(program.info()).toMatchObject({ name: "count", gplCompatible: true, mapIds: [counts.id] });
  using _attached = link.tracepoint(program, { group: "syscalls", name: "sys_enter_kill" });
  for (let i = 0; i < 5; i++) process.kill(process.pid, 0);
  expect(counts.get(0)).toBeGreaterThanOrEqual(5n);
});

test("text with the names of maps is loaded with the maps of these names", () => {
  using counts = BpfMap.create({ type: "array", value: "u64", maxEntries: 1 });
  const text = "r1 = map[counts]\nr0 = 2\nexit";
  const create = (options: asm.ParseOptions) =>
    Program.create({ type: "xdp", instructions: asm.parse(text, options) });
  using program = create({ maps: { counts } });
  expect(program.info().mapIds).toEqual([counts.id]);
  expect(() => create({})).toThrow(
    /`r1 = map\[counts\]` refers to a symbol of an object file.*Pass an open Map/,
  );
});

test("a created program uses a map value directly", (context) => {
  requiresLinux(context, "5.2", "addresses of map values");
  using counts = BpfMap.create({ type: "array", value: { first: "u64", second: "u64" }, maxEntries: 1 });
  using program = Program.create({
    type: "xdp",
    instructions: [
      asm.loadMapValue(asm.r1, counts, 8),
      asm.mov(asm.r2, 5),
      asm.atomicAdd("u64", asm.r1, 0, asm.r2),
      ...pass,
    ],
  });
  expect(program.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(2);
  expect(counts.get(0)).toEqual({ first: 0n, second: 5n });
});

test("each of several programs has its own type, name and license", () => {
  const create = (type: "xdp" | "socket-filter", name = "", license = "") => {
    using program = Program.create({ type, instructions: pass, name, license });
    const { type: inKernel, name: nameInKernel, gplCompatible } = program.info();
    return [inKernel, nameInKernel, gplCompatible];
  };
  expect(create("xdp", "first_name", "GPL")).toEqual(["xdp", "first_name", true]);
  expect(create("xdp", "second", "GPL")).toEqual(["xdp", "second", true]);
  expect(() => create("xdp", "not a name", "MIT")).toThrow(InvalidArgumentError);
  expect(create("xdp", "second", "MIT")).toEqual(["xdp", "second", false]);
  expect(create("socket-filter", "second", "MIT")).toEqual(["socket-filter", "second", false]);
  expect(create("socket-filter", "of_more_than_15_characters", "GPL")).toEqual([
    "socket-filter",
    "of_more_than_15",
    true,
  ]);
  expect(create("socket-filter", "", "x".repeat(200))).toEqual(["socket-filter", "", false]);
  expect(create("socket-filter")).toEqual(["socket-filter", "", false]);
});

test("the verifier's refusal is an error with its reason, instruction and log", () => {
  const refused = () => Program.create({ type: "xdp", name: "bad", instructions: [asm.exit()] });
  expect(refused).toThrow(VerifierError);
  expect(refused).toThrow(
    expect.objectContaining({
      program: "bad",
      reason: "R0 !read_ok",
      instruction: "0: (95) exit",
      log: expect.stringContaining("processed 1 insns"),
    }),
  );
});

test("a log of many pages is complete", () => {
  const instructions = [
    asm.mov(asm.r0, 0),
    ...Array.from({ length: 4000 }, () => asm.add(asm.r0, 1)),
    asm.exit(),
  ];
  using program = Program.create({ type: "xdp", instructions, logLevel: "full" });
  expect(program.log).toContain("4001: (95) exit");
});

test("a helper calls a callback by its label", (context) => {
  requiresLinux(context, "5.17", "bpf_loop");
  using program = Program.create({
    type: "xdp",
    license: "GPL",
    name: "loops",
    instructions: [
      asm.store("u64", asm.fp, -8, 0),
      asm.mov(asm.r1, 10),
      asm.loadFunction(asm.r2, "add"),
      asm.mov(asm.r3, asm.fp),
      asm.add(asm.r3, -8),
      asm.mov(asm.r4, 0),
      asm.call("loop"),
      asm.load("u64", asm.r0, asm.fp, -8),
      asm.exit(),
      asm.label("add"),
      asm.load("u64", asm.r0, asm.r2, 0),
      asm.add(asm.r0, asm.r1),
      asm.store("u64", asm.r2, 0, asm.r0),
      asm.mov(asm.r0, 0),
      asm.exit(),
    ],
  });
  expect(program.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(45);
  expect(program.functions().map(({ name }) => name)).toEqual(["loops", "add"]);
});

test("a kernel function is called by its name", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requiresLinux(context, "6.2", "bpf_rcu_read_lock");
  using program = Program.create({
    type: "syscall",
    license: "GPL",
    flags: 1 << 4,
    instructions: [
      asm.callKfunc("bpf_rcu_read_lock"),
      asm.callKfunc("bpf_rcu_read_unlock"),
      asm.mov(asm.r0, 7),
      asm.exit(),
    ],
  });
  expect(program.testRunSync().returnValue).toBe(7);
});

test("a kernel variable is read by its name", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requiresConfig(context, "CONFIG_KALLSYMS_ALL", "addresses of variables");
  const known = Btf.kernel().find("runqueues", "var") !== undefined;
  requires(context, known, "the kernel's BTF has no variables", "kernel");
  using program = Program.create({
    type: "raw-tracepoint",
    license: "GPL",
    instructions: [
      asm.call("get_smp_processor_id"),
      asm.mov(asm.r2, asm.r0),
      asm.loadKernelVariable(asm.r1, "runqueues"),
      asm.call("per_cpu_ptr"),
      asm.mov(asm.r0, 3),
      asm.exit(),
    ],
  });
  expect(program.testRunSync().returnValue).toBe(3);
});

test("a tracing program is loaded for a kernel function", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requires(context, features.attaching("fentry"), "fentry: this kernel refuses BPF trampolines");
  using program = Program.create({
    type: "tracing",
    attachType: "trace-fentry",
    attachTo: "vfs_unlink",
    license: "GPL",
    instructions: [asm.mov(asm.r0, 0), asm.exit()],
  });
  expect(program).toMatchObject({ attachType: "trace-fentry", attachTo: "vfs_unlink" });
  expect(() =>
    Program.create({
      type: "tracing",
      attachType: "trace-fentry",
      attachTo: "vfs_unlinkt",
      instructions: pass,
    }),
  ).toThrow(/"vfs_unlinkt".*vfs_unlink/s);
});

test("unknown kernel names are refused with similar names", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  const create = (instruction: asm.Instruction) => () =>
    Program.create({ type: "xdp", instructions: [instruction, ...pass] });
  expect(create(asm.callKfunc("vfs_unlinkt"))).toThrow(UnknownNameError);
  expect(create(asm.callKfunc("vfs_unlinkt"))).toThrow(/vfs_unlink/);
  expect(create(asm.loadKernelVariable(asm.r1, "no_such_variable_here"))).toThrow(UnknownNameError);
  expect(create(asm.loadMap(asm.r1, "counts"))).toThrow(AsmError);
});

test("invalid options are refused before a system call", () => {
  const refused = (options: object, message: RegExp) => {
    const create = () => Program.create({ type: "xdp", instructions: pass, ...options } as never);
    expect(create).toThrow(InvalidArgumentError);
    expect(create).toThrow(message);
  };
  refused({ type: "xpd" }, /type of Program.create: expected a program type, received "xpd"/);
  refused({ instructions: [pass] }, /instructions of Program.create, element 0: expected an instruction/);
  refused({ instructions: new Uint8Array(8) }, /expected an array of instructions and labels/);
  refused({ licence: "GPL" }, /Did you mean "license"/);
  refused({ name: "no name" }, /name of Program.create: expected letters/);
  refused({ flags: -1 }, /flags of Program.create/);
  refused({ logLevel: "loud" }, /logLevel of Program.create/);
  refused({ attachProgram: {} }, /attachProgram of Program.create: expected a Program/);
  using map = BpfMap.create({ type: "array", value: "u32", maxEntries: 1 });
  refused({ attachProgram: map }, /attachProgram of Program.create: expected a Program, received/);
  expect(() => Program.create({ type: "xdp", instructions: [] })).toThrow(AsmError);
});
