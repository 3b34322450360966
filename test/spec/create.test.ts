import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AsmError, asm, CollectionSpec, InvalidArgumentError, type ObjectContents } from "../../lib/index.ts";
import { native } from "../../lib/native/addon.ts";
import { requiresCommand, requiresLinux } from "../support/requires.ts";

const contents: ObjectContents = {
  license: "GPL",
  maps: {
    counts: { type: "hash", key: { pid: "u32", comm: "char[16]" }, value: "u64", maxEntries: 64 },
    first: { type: "array", value: { hits: "u64", last: "u8[6]" }, maxEntries: 1 },
    events: { type: "ringbuf", maxEntries: 4096 },
  },
  variables: {
    limit: { type: "u32", value: 41, constant: true },
    total: { type: "u64", value: 7 },
    name: { type: "char[8]", value: "nothing" },
  },
  programs: {
    count: {
      section: "xdp",
      instructions: [
        asm.store("u32", asm.fp, -4, 0),
        asm.loadMap(asm.r1, "first"),
        asm.mov(asm.r2, asm.fp),
        asm.add(asm.r2, -4),
        asm.call("map_lookup_elem"),
        asm.jeq(asm.r0, 0, "out"),
        asm.mov(asm.r1, 1),
        asm.atomicAdd("u64", asm.r0, 0, asm.r1),
        asm.label("out"),
        asm.loadVariable(asm.r1, "total"),
        asm.mov(asm.r2, 2),
        asm.atomicAdd("u64", asm.r1, 0, asm.r2),
        asm.loadVariable(asm.r1, "limit"),
        asm.load("u32", asm.r1, asm.r1, 0),
        asm.callFunction("add_one"),
        asm.exit(),
        asm.label("add_one"),
        asm.mov(asm.r0, asm.r1),
        asm.add(asm.r0, 1),
        asm.exit(),
      ],
    },
    other: { section: "xdp", instructions: [asm.mov(asm.r0, 2), asm.exit()] },
    trace: {
      section: "tracepoint/syscalls/sys_enter_execve",
      instructions: [asm.mov(asm.r0, 0), asm.exit()],
    },
  },
};

test("a created object is read as described by this package and by libbpf", () => {
  const spec = CollectionSpec.create(contents, { name: "made" });
  expect(spec.license).toBe("GPL");
  expect(spec.maps.counts).toMatchObject({ type: "hash", keySize: 20, valueSize: 8, maxEntries: 64 });
  expect(spec.maps.counts?.keyCodec?.size).toBe(20);
  expect(spec.maps.first).toMatchObject({ type: "array", keySize: 4, maxEntries: 1 });
  expect(spec.variables.limit).toMatchObject({ value: 41, constant: true });
  expect(spec.variables.name).toMatchObject({ value: "nothing" });
  expect(Object.keys(spec.programs).sort()).toEqual(["count", "other", "trace"]);
  expect(spec.programs.trace).toMatchObject({ type: "tracepoint", attachTo: "syscalls/sys_enter_execve" });
  const printed = asm.print(spec.programs.count?.instructions ?? []);
  expect(printed).toContain("map[.rodata][0]+0 <limit>");
  expect(printed).toContain("call add_one");
  const theirs = native().objectInspect(spec.bytes, "made");
  expect(theirs.programs.map(({ name, section }) => [name, section]).sort()).toEqual([
    ["count", "xdp"],
    ["other", "xdp"],
    ["trace", "tracepoint/syscalls/sys_enter_execve"],
  ]);
  expect(theirs.maps.find(({ name }) => name === "counts")).toMatchObject({ keySize: 20, valueSize: 8 });
});

test("a created object is loaded and run, and its variables and maps are read", async (context) => {
  requiresLinux(context, "5.2", "global variables");
  using coll = await CollectionSpec.create(contents).load();
  const data = new Uint8Array(64);
  expect(coll.programs.count?.testRunSync({ data }).returnValue).toBe(42);
  expect(coll.programs.other?.testRunSync({ data }).returnValue).toBe(2);
  expect(coll.variables.total?.value).toBe(9n);
  expect(coll.programs.count?.functions().map(({ name }) => name)).toEqual(["count", "add_one"]);
});

test("bpftool reads and links a created object", (context) => {
  requiresCommand(context, "bpftool");
  const folder = mkdtempSync(join(tmpdir(), "made-"));
  try {
    writeFileSync(join(folder, "a.o"), CollectionSpec.create(contents).bytes);
    execFileSync("bpftool", ["gen", "object", join(folder, "b.o"), join(folder, "a.o")], { stdio: "pipe" });
    const linked = CollectionSpec.fromFile(join(folder, "b.o"));
    expect(Object.keys(linked.programs).sort()).toEqual(["count", "other", "trace"]);
    expect(Object.keys(linked.maps)).toEqual(expect.arrayContaining(["counts", "first", "events"]));
    const dump = execFileSync("bpftool", ["btf", "dump", "file", join(folder, "a.o")], { encoding: "utf8" });
    expect(dump).toContain("DATASEC '.maps'");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a created program can be edited like a compiled one", async () => {
  const spec = CollectionSpec.create(contents);
  spec.programs.other?.instructions.splice(0, 1, asm.mov(asm.r0, 3));
  using coll = await spec.load();
  expect(coll.programs.other?.testRunSync({ data: new Uint8Array(64) }).returnValue).toBe(3);
});

test("references to missing things and names that are not valid in C are refused", () => {
  const program = (...instructions: asm.Item[]) => ({ programs: { p: { section: "xdp", instructions } } });
  expect(() => CollectionSpec.create(program(asm.loadMap(asm.r1, "none"), asm.exit()))).toThrow(AsmError);
  expect(() => CollectionSpec.create(program(asm.loadVariable(asm.r1, "none"), asm.exit()))).toThrow(
    AsmError,
  );
  expect(() => CollectionSpec.create(program(asm.callKfunc("bpf_none"), asm.exit()))).toThrow(AsmError);
  expect(() => CollectionSpec.create({ maps: { "no name": { type: "hash" } } })).toThrow(
    InvalidArgumentError,
  );
  expect(() => CollectionSpec.create({ maps: { m: { type: "hash", maxEntries: -1 } } })).toThrow(
    /^maxEntries of map "m"/,
  );
});

test("misspelt properties of new objects and options are refused", () => {
  const refused = (contents: object | undefined, message: RegExp) =>
    expect(() => CollectionSpec.create(contents as never)).toThrow(message);
  refused(undefined, /^contents of CollectionSpec.create: expected an object, received undefined$/);
  refused({ mpas: {} }, /^option of CollectionSpec.create: .*"mpas". Did you mean "maps"/);
  refused(
    { maps: { m: { type: "hash", maxEntires: 1 } } },
    /^option of map "m": .*Did you mean "maxEntries"/,
  );
  refused({ variables: { v: { type: "u32", valeu: 1 } } }, /^option of variable "v": .*Did you mean "value"/);
  refused({ programs: { p: { sectoin: "xdp", instructions: [] } } }, /^option of program "p": .*"section"/);
  const options = { fieds: {} } as never;
  expect(() => CollectionSpec.create(contents, options)).toThrow(
    /^option of create: .*Did you mean "fields"/,
  );
  expect(() => CollectionSpec.fromFile("x.bpf.o", options)).toThrow(/^option of fromFile: /);
});
