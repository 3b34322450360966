// kernels: native
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { strip } from "../../lib/codegen/strip.ts";
import { native } from "../../lib/native/addon.ts";
import { exampleObject, testObject } from "../support/objects.ts";

const root = join(import.meta.dirname, "../..");
const command = join(root, "dist/cli/bpf2ts.js");

// Each starts a Node or two, and clang.
vi.setConfig({ testTimeout: 60_000 });
const clang = "clang-19";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "bpf2ts-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function bpf2ts(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [command, ...args], { cwd: folder, encoding: "utf8" });
}

function written(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

const source = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
int FLAG;
SEC("xdp") int pass(struct xdp_md *context) { return FLAG; }
char _license[] SEC("license") = "GPL";
`;

test("bpf2ts writes a loader named after the object into the current folder", () => {
  expect(bpf2ts(exampleObject("counter"))).toMatchObject({ status: 0, stdout: "counter.bpf.ts: written\n" });
  expect(written("counter.bpf.ts")).toContain("export function loadCounter(");
});

test("a source is compiled, with the headers of the package and the given flags", () => {
  writeFileSync(join(folder, "program.c"), source);
  const args = [
    "--cc",
    clang,
    "--cflags",
    "-DFLAG=first '-DMORE=a b'",
    "NetFilter",
    "program.c",
    "--",
    "-DOTHER",
  ];
  expect(bpf2ts(...args)).toMatchObject({ status: 0, stderr: "" });
  const text = written("net_filter.bpf.ts");
  expect(text).toContain("export function loadNetFilter(");
  expect(text).toContain("first: Variable<number>");
  expect(text).not.toContain(folder);
});

test("a source without a name gives the loader that its object would give", () => {
  writeFileSync(join(folder, "tcp-life.bpf.c"), source.replace("FLAG;", "flag;").replace("FLAG", "flag"));
  expect(bpf2ts("--cc", clang, "tcp-life.bpf.c")).toMatchObject({
    status: 0,
    stdout: "tcp-life.bpf.ts: written\n",
  });
  expect(written("tcp-life.bpf.ts")).toContain("export function loadTcpLife(");
});

test("the same source gives the same file in another folder", () => {
  const texts = ["one", "two"].map((name) => {
    const other = mkdtempSync(join(folder, name));
    writeFileSync(join(other, "program.c"), source);
    spawnSync(process.execPath, [command, "--cc", clang, "Same", "program.c"], { cwd: other });
    return readFileSync(join(other, "same.bpf.ts"), "utf8");
  });
  expect(texts[0]).toBe(texts[1]);
});

test("several sources become one object", () => {
  const half = (name: string): string => source.replaceAll("FLAG", name).replace("pass", `run_${name}`);
  writeFileSync(join(folder, "a.c"), half("from_a"));
  writeFileSync(join(folder, "b.c"), half("from_b").replace(/^char _license.*$/m, ""));
  expect(bpf2ts("--cc", clang, "Both", "a.c", "b.c")).toMatchObject({ status: 0, stderr: "" });
  expect(written("both.bpf.ts")).toMatch(/run_from_a: Program[\s\S]*run_from_b: Program/);
  writeFileSync(join(folder, "b.c"), half("from_a").replace("int from_a", "long from_a"));
  const failed = bpf2ts("--cc", clang, "Both", "a.c", "b.c");
  expect(failed.status).toBe(1);
  expect(failed.stderr).toContain("cannot link 2 objects");
});

const sender = (name: string): string => `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
struct { __uint(type, BPF_MAP_TYPE_RINGBUF); __uint(max_entries, 4096); } ring_${name} SEC(".maps");
static __noinline int send_${name}(int pid)
{
  struct only_${name} { int pid; char ${name}[12]; } *record = bpf_ringbuf_reserve(&ring_${name}, sizeof(*record), 0);
  if (!record)
    return 1;
  record->pid = pid;
  bpf_get_current_comm(record->${name}, sizeof(record->${name}));
  bpf_ringbuf_submit(record, 0);
  return 0;
}
SEC("syscall") int run_${name}(void *context) { return send_${name}(bpf_get_prandom_u32()); }
`;

test("the records of several sources have types that only the debug information has", () => {
  for (const name of ["first", "second"]) writeFileSync(join(folder, `${name}.c`), sender(name));
  expect(bpf2ts("--cc", clang, "Both", "first.c", "second.c")).toMatchObject({ status: 0, stderr: "" });
  const text = written("both.bpf.ts");
  for (const name of ["First", "Second"])
    expect(text).toMatch(
      new RegExp(`interface BothOnly${name} {[^}]*pid: number;[^}]*${name.toLowerCase()}: string;`),
    );
  expect(text).toContain("first.c:");
  expect(text).toContain("second.c:");
});

test("--target sets the byte order and the processor", () => {
  writeFileSync(
    join(folder, "program.c"),
    `${source}\n#ifndef __TARGET_ARCH_s390\n#error wrong target\n#endif`,
  );
  expect(bpf2ts("--cc", clang, "--target", "s390x", "Far", "program.c")).toMatchObject({
    status: 0,
    stderr: "",
  });
  expect(written("far.bpf.ts")).toContain("be.i32");
});

test("several targets give one loader each", () => {
  const arch = source.replace("return FLAG", "return FLAG + __TARGET");
  const guard = "#ifdef __TARGET_ARCH_arm64\n#define __TARGET 2\n#else\n#define __TARGET 1\n#endif\n";
  writeFileSync(join(folder, "program.c"), guard + arch);
  const args = ["--cc", clang, "--depfile", "all.d", "Both", "program.c"];
  const cpus = bpf2ts("--target", "amd64,arm64", ...args);
  expect(cpus).toMatchObject({
    status: 0,
    stderr: "",
    stdout: "both_amd64.bpf.ts: written\nboth_arm64.bpf.ts: written\n",
  });
  expect(written("all.d")).toMatch(
    /^both_amd64\.bpf\.ts: program\.c[\s\S]*^both_arm64\.bpf\.ts: program\.c/m,
  );
  const [amd64, arm64] = [written("both_amd64.bpf.ts"), written("both_arm64.bpf.ts")];
  expect(amd64).not.toBe(arm64);
  for (const text of [amd64, arm64]) expect(text).toContain("export function loadBoth(");
  // All but the objects within is the same.
  const [before, after] = [amd64, arm64].map((text) => text.split("function object()")[0]);
  expect(before).toBe(after);
  expect(
    bpf2ts("--check", "--target", "amd64", "--target", "arm64", ...args.slice(0, 2), "Both", "program.c")
      .status,
  ).toBe(0);

  bpf2ts("--target", "bpfel,bpfeb", "--stem", "own", ...args);
  expect(written("own_bpfel.ts")).toContain("le.i32");
  expect(written("own_bpfeb.ts")).toContain("be.i32");
});

test("--check lists stale files, and writes nothing", () => {
  const object = exampleObject("counter");
  expect(bpf2ts("--check", object)).toMatchObject({ status: 1, stderr: "bpf2ts: counter.bpf.ts is stale\n" });
  bpf2ts(object);
  expect(bpf2ts("--check", object)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  writeFileSync(join(folder, "counter.bpf.ts"), "old");
  expect(bpf2ts("--check", object).status).toBe(1);
  expect(written("counter.bpf.ts")).toBe("old");
});

test("an unchanged file is not written", () => {
  bpf2ts(exampleObject("counter"));
  const before = statSync(join(folder, "counter.bpf.ts")).mtimeMs;
  expect(bpf2ts(exampleObject("counter")).stdout).toBe("counter.bpf.ts: unchanged\n");
  expect(statSync(join(folder, "counter.bpf.ts")).mtimeMs).toBe(before);
});

test("--js writes JavaScript that runs, and --object file puts the object beside it", async () => {
  const result = bpf2ts("--js", "--object", "file", testObject("codegen/records"));
  expect(result.stdout.match(/^\S+(?=: written)/gm)).toEqual([
    "records.bpf.js",
    "records.bpf.d.ts",
    "records.bpf.o",
  ]);
  // As an installed package would be found.
  const text = written("records.bpf.js").replaceAll(
    /from "ebpf(\/generated)?"/g,
    (_, sub) =>
      `from ${JSON.stringify(join(root, sub === undefined ? "dist/index.js" : "dist/codec/generated.js"))}`,
  );
  writeFileSync(join(folder, "records.mjs"), text);
  const { loadRecordsSpec } = (await import(join(folder, "records.mjs"))) as {
    loadRecordsSpec(): { maps: { events: { type: string } } };
  };
  expect(loadRecordsSpec().maps.events.type).toBe("ringbuf");
});

test("--json describes the object, and writes nothing", () => {
  const { status, stdout } = bpf2ts("--json", exampleObject("counter"));
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    byteOrder: "little",
    license: "GPL",
    maps: [{ name: "counter_map", type: "array", key: "int", value: "long" }],
    programs: [{ name: "trace_execve", type: "tracepoint", attachTo: "syscalls/sys_enter_execve" }],
  });
  expect(() => written("counter.bpf.ts")).toThrow();
});

test("--depfile lists the headers", () => {
  writeFileSync(join(folder, "own.h"), "");
  writeFileSync(join(folder, "program.c"), `#include "own.h"\n${source}`);
  expect(bpf2ts("--cc", clang, "--depfile", "program.d", "Dep", "program.c").status).toBe(0);
  expect(written("program.d")).toMatch(/^dep\.bpf\.ts: program\.c \\\n {2}own\.h/);
});

test("types of records are found by their mentions, otherwise the message has the remedy", () => {
  bpf2ts(testObject("codegen/records"));
  expect(written("records.bpf.ts")).toContain("events: RingBufMap<RecordsEvent>");
  expect(written("records.bpf.ts")).toContain("class RecordsEventView");

  const unknown = testObject("codegen/unknown_records");
  const open = bpf2ts(unknown);
  expect(open.status).toBe(0);
  expect(open.stderr).toMatch(
    /the records of "first" are bytes.*--type first=NAME; the object has opened, closed/,
  );
  const chosen = bpf2ts("--type", "first=opened", "--type", "second=closed", unknown);
  expect(chosen.stderr).toBe("");
  expect(written("unknown_records.bpf.ts")).toMatch(/first: RingBufMap<UnknownRecordsOpened>/);
  expect(written("unknown_records.bpf.ts")).toMatch(/second: PerfEventArray<UnknownRecordsClosed>/);
});

test("one broken object among several is named, and the others are written", () => {
  writeFileSync(join(folder, "broken.o"), readFileSync(exampleObject("counter")).subarray(0, 100));
  writeFileSync(join(folder, "text.o"), "not an object");
  const result = bpf2ts("broken.o", exampleObject("counter"), "text.o", testObject("codegen/records"));
  expect(result).toMatchObject({
    status: 1,
    stdout: "counter.bpf.ts: written\nrecords.bpf.ts: written\n",
  });
  expect(result.stderr).toMatch(
    /^bpf2ts: broken.o: ELF section headers lie outside the file\nbpf2ts: text.o: .*\n$/,
  );
  expect(bpf2ts("--check", "broken.o", exampleObject("counter")).status).toBe(1);
  expect(bpf2ts("--json", "broken.o", exampleObject("counter")).stdout).toContain('"counter_map"');
});

test("an object is recognized by its contents, not by its name", () => {
  for (const name of ["counter.elf", "counter.bpf", "counter"]) {
    copyFileSync(exampleObject("counter"), join(folder, name));
    const { status, stdout, stderr } = bpf2ts("-o", "counter.ts", name);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^counter\.ts: /);
  }
  expect(bpf2ts("counter.elf").stdout).toBe("counter.bpf.ts: written\n");
  // A file that happens to have the name of the loader.
  writeFileSync(join(folder, "program.c"), source);
  expect(bpf2ts("--cc", clang, "counter", "program.c")).toMatchObject({ status: 0, stderr: "" });
});

test("two objects with one output are refused, and the first is kept", () => {
  mkdirSync(join(folder, "other"));
  copyFileSync(testObject("codegen/records"), join(folder, "other/counter.bpf.o"));
  const result = bpf2ts(exampleObject("counter"), "other/counter.bpf.o");
  expect(result.status).toBe(1);
  expect(result.stderr).toMatch(/other\/counter\.bpf\.o: counter\.bpf\.ts is already the output of /);
  expect(written("counter.bpf.ts")).toContain("counter_map");
});

// File names that must not become code of the loader.
const names = [
  "\nconsole.log('run')\n",
  "*/ console.log('run') /*",
  "`$" + "{console.log('run')}`",
  '"\u2028console.log("run")//',
];
test("no part of a file's name becomes code", () => {
  for (const [i, name] of names.entries()) {
    const object = join(folder, `a${name.replaceAll("/", "\u2215")}.bpf.o`);
    copyFileSync(exampleObject("counter"), object);
    const result = bpf2ts("--js", "-o", `out${i}.js`, object);
    expect(result).toMatchObject({ status: 0, stderr: "" });
    const parsed = ts.createSourceFile("out.js", written(`out${i}.js`), ts.ScriptTarget.ES2022);
    const kinds = new Set(parsed.statements.map((statement) => ts.SyntaxKind[statement.kind]));
    // An expression would run when the loader is imported.
    expect(kinds).not.toContain("ExpressionStatement");
    expect((parsed as unknown as { parseDiagnostics: unknown[] }).parseDiagnostics).toEqual([]);
    expect(parsed.text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*|"(\\.|[^"\\])*"/g, "")).not.toContain("console");
  }
});

test("a rule for make refuses a name with a line break, which would be a command", () => {
  copyFileSync(exampleObject("counter"), join(folder, "a\n\techo.o"));
  const result = bpf2ts("--depfile", "out.d", "-o", "a.ts", "a\n\techo.o");
  expect(result.status).toBe(1);
  expect(result.stderr).toContain("a makefile cannot name a file with a line break");
});

test.each([
  [2, [], /expected an object file/],
  [2, ["tcp-life.c", "b.c"], /several C sources need a name .*: bpf2ts TcpLife tcp-life.c b.c/],
  [2, ["tcp-life", "tcp-life.bpf.c"], /"tcp-life" cannot be .*; bpf2ts TcpLife tcp-life.bpf.c/],
  [2, ["missing.elf"], /there is no file "missing.elf"/],
  [2, ["a.o", "b.c"], /"b.c" is not an object file/],
  [2, ["Name", "a.o"], /"a.o" is an object file, not a C source/],
  [2, ["Counter"], /no C sources for "Counter"/],
  [2, ["--frobnicate", "a.o"], /frobnicate/],
  [2, ["--target", "z80", "A", "a.c"], /unknown target "z80"; expected one of bpf, bpfel/],
  [2, ["--check", "--watch", "a.o"], /exclude each other/],
  [2, ["-o", "x.ts", "a.o", "b.o"], /one object at a time/],
  [1, ["nothing.o"], /cannot read "nothing.o": ENOENT/],
  [1, ["--cc", "no-such-compiler", "A", "a.c"], /cannot run no-such-compiler/],
  [1, ["--type", "evnt", testObject("codegen/records")], /no type is called "evnt"\. Nearest: "event"/],
])("ends with %i for %j", (status, args, message) => {
  const result = bpf2ts(...args);
  expect(result.status).toBe(status);
  expect(result.stderr).toMatch(message);
  expect(result.stderr).not.toMatch(/\n\s+at /);
});

test("--help fits a terminal and ends with 0", () => {
  const { status, stdout } = bpf2ts("--help");
  expect(status).toBe(0);
  expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(120);
});

test("--watch writes again when the object changes, and ends on Ctrl-C", async () => {
  const object = join(folder, "watched.bpf.o");
  copyFileSync(exampleObject("counter"), object);
  const child = spawn(process.execPath, [command, "--watch", object], { cwd: folder });
  let count = 0;
  let wanted = 0;
  let seen: () => void = () => {};
  child.stdout.on("data", (data: Buffer) => {
    count += data.toString().match(/: written/g)?.length ?? 0;
    if (count >= wanted) seen();
  });
  const writes = (times: number): Promise<void> =>
    new Promise((resolve) => {
      wanted = times;
      seen = resolve;
    });
  await writes(1);
  const again = writes(2);
  copyFileSync(testObject("codegen/records"), object);
  await again;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGINT");
  expect(await ended).toBe(0);
  expect(written("watched.bpf.ts")).toContain("on_exec");
});

test("debug information is stripped, and libbpf reads the same object", () => {
  writeFileSync(join(folder, "program.c"), source);
  const object = join(folder, "program.o");
  const flags = ["-target", "bpf", "-g", "-O2", "-I", "native/vendor/include"];
  const idirafter = [
    "-idirafter",
    `/usr/include/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`,
  ];
  spawnSync(clang, [...flags, ...idirafter, "-c", join(folder, "program.c"), "-o", object], { cwd: root });
  const full = readFileSync(object);
  const stripped = strip(full);
  expect(stripped.length).toBeLessThan(full.length);
  expect(native().objectInspect(stripped, "program")).toEqual(native().objectInspect(full, "program"));
});

test("a folder that cannot be created is an error", () => {
  const { status, stderr } = bpf2ts("-d", "/proc/no-room/in-here", testObject("spec/globals"));
  expect(status).not.toBe(0);
  expect(stderr).toContain("/proc/no-room");
});

test.each([
  ["vmlinux.h", '#include "vmlinux.h"', "npx ebpf vmlinux -o vmlinux.h"],
  [
    "linux/ptrace.h",
    `#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
SEC("kprobe/x") int BPF_KPROBE(x, int a) { return a; }`,
    "Include <linux/ptrace.h> before <bpf/bpf_tracing.h>",
  ],
  ["stddef.h", "size_t size;", "Include <stddef.h>"],
  ["linux/bpf.h", "#include <bpf/bpf_helpers.h>", "Include <linux/bpf.h> before <bpf/bpf_helpers.h>"],
])("clang's errors without %s get the remedy", (_, text, remedy) => {
  writeFileSync(join(folder, "program.c"), `${text}\n`);
  const { status, stderr } = bpf2ts("--cc", clang, "--target", "amd64", "program.c");
  expect(status).toBe(1);
  expect(stderr.split("bpf2ts: ")[1]).toContain(remedy);
});
