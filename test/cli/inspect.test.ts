// kernels: native
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { describeObject } from "../../lib/cli/ebpf/inspect/describe.ts";
import { readObject } from "../../lib/cli/ebpf/object-file.ts";
import { jsonLine } from "../../lib/cli/terminal/index.ts";
import { builtObjects, testObject } from "../support/objects.ts";

const command = join(import.meta.dirname, "../../dist/cli/ebpf.js");

/** Runs the command where Node.js refuses to load any addon. */
function inspect(...args: string[]) {
  return spawnSync(process.execPath, ["--no-addons", command, "inspect", ...args], {
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1" },
  });
}

function json(object: string) {
  const { status, stdout, stderr } = inspect("--json", object);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return JSON.parse(stdout);
}

test("maps, programs, variables and their needs are shown without the addon", () => {
  const { status, stdout, stderr } = inspect(testObject("link_iter"));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  expect(stdout).toMatch(/^[\d.]+ KiB, little-endian, license GPL, BTF of \d+ types$/m);
  expect(stdout).toMatch(/^loads on Linux 6\.1 and later/m);
  expect(stdout).toMatch(/^numbers +hash +__u32 +__u64 +8$/m);
  expect(stdout).toMatch(/^\.rodata +array +4 bytes +4 bytes +1 +rdonly-prog +5\.2$/m);
  expect(stdout).toMatch(/^over_elements +iter\/bpf_map_elem +iterator +12 +5\.9$/m);
  expect(stdout).toMatch(
    /^over_elements: Linux 5\.9 for iterator bpf_map_elem; option map to attach; CONFIG_DEBUG_INFO_BTF; CAP_BPF and CAP_PERFMON$/m,
  );
  expect(stdout).toMatch(/^hits +\.bss +__u64 +0$/m);
  expect(stdout).toMatch(/^task_struct\.tgid +over_tasks$/m);
});

test("the records of buffers are shown with the lines that send them", () => {
  const object = builtObjects().find((path) => path.endsWith("bench/events/perf.bpf.o"));
  const { maps } = json(object ?? "");
  const buffer = maps.find((map: { records?: { types: [] } }) => (map.records?.types.length ?? 0) > 0);
  expect(buffer.records.types[0]).toMatchObject({
    name: expect.any(String),
    lines: expect.arrayContaining([expect.stringMatching(/^perf\.bpf\.c:\d+$/)]),
  });
});

test("the needs of a program include those of the functions that it calls", () => {
  const { programs } = json(testObject("spec/subprograms"));
  const byName = Object.fromEntries(programs.map((one: { name: string }) => [one.name, one]));
  expect(byName.left_out.instructionsInAll).toBe(2);
  // hidden calls global, which calls local.
  expect(byName.first.instructionsInAll).toBeGreaterThan(byName.first.instructions + 5);
  // The callback of bpf_loop is only referred to.
  expect(byName.second.since).toBe("5.17");
  expect(byName.second.instructionsInAll).toBeGreaterThan(byName.second.instructions + 5);
});

test("types and fields that programs only check for existence are marked", () => {
  const { coRe } = json(testObject("load/core_targets"));
  expect(coRe).toContainEqual({
    target: "task_struct.start_tyme",
    checkedOnly: false,
    programs: ["reads_misspelt"],
  });
  expect(coRe).toContainEqual({
    target: "task_struct.no_such_field",
    checkedOnly: false,
    programs: ["reads_field", "asks_first"],
  });
});

test("programs are disassembled below their lines of C", () => {
  const { status, stdout } = inspect("--disassemble", testObject("program_run"), "swap_first_two");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^swap_first_two: SEC\("xdp"\)$/m);
  expect(stdout).toMatch(
    /^; data\[0\] = data\[1\]; @ program_run\.bpf\.c:\d+\n +\d+: \(71\) r1 = \*\(u8 \*\)\(r6 \+1\)$/m,
  );
  expect(stdout).not.toContain("drop_all");
});

test("each object of the build is described", () => {
  for (const object of builtObjects()) {
    const { maps, programs } = JSON.parse(jsonLine(describeObject(readObject(object))));
    expect([maps, programs], object).toEqual([expect.any(Array), expect.any(Array)]);
  }
});

test("wrong usage, a missing file and an unknown program are refused", () => {
  expect(inspect()).toMatchObject({ status: 2, stderr: expect.stringContaining("missing OBJECT") });
  expect(inspect("a.o", "b.o")).toMatchObject({ status: 2 });
  expect(inspect("no-such-file.o")).toMatchObject({ status: 1, stderr: expect.stringContaining("ENOENT") });
  expect(inspect("--disassemble", testObject("program_run"), "swap_first")).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("swap_first_two"),
  });
});

test("a C file is refused with the command that compiles it", () => {
  const { status, stderr } = inspect("counter.bpf.c");
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringContaining("npx bpf2ts --object file --no-strip counter.bpf.c"),
  });
});

test("the ring of ebpf/log.bpf.h is named as that of logs", () => {
  const { stdout } = inspect(testObject("events/log"));
  expect(stdout).toMatch(/^ebpf_logs +log +logs of ebpf\/log\.bpf\.h: bpfLogs reads them$/m);
});
