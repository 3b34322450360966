// kernels: native
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Btf } from "../../lib/btf/index.ts";
import { examineElsewhere, KernelFiles } from "../../lib/doctor/index.ts";
import { CollectionSpec } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

const command = join(import.meta.dirname, "../../dist/cli/ebpf.js");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ebpf-test-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function doctor(...args: string[]) {
  return spawnSync(process.execPath, [command, "doctor", ...args], { cwd: folder, encoding: "utf8" });
}

test("the machine and an object that works are printed, and the exit status is 0", () => {
  const { status, stdout, stderr } = doctor(testObject("program_run"));
  expect(stderr).toBe("");
  expect(stdout).toMatch(/^bpf\(\) +ok +loads programs$/m);
  expect(stdout).toMatch(/^swap_first_two +xdp +yes +needs interface$/m);
  expect(stdout).toMatch(/^double_it +syscall +off +never$/m);
  expect(status).toBe(0);
});

test("a program that is refused is printed with its reason, and the exit status is 1", () => {
  const { status, stdout } = doctor(testObject("verifier_refuses"));
  expect(stdout).toMatch(/^careless +raw_tp\/sys_enter +no +no$/m);
  expect(stdout).toMatch(/^careless, load: the verifier refused program "careless"/m);
  expect(status).toBe(1);
});

test("the JSON output has the same facts", () => {
  const { status, stdout } = doctor("--json", testObject("verifier_refuses"));
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    machine: expect.arrayContaining([{ name: "bpf()", health: "ok", found: "loads programs" }]),
    objects: [{ programs: [{ name: "careless", load: { answer: "no" }, attach: { answer: "no" } }] }],
  });
});

test("--kernel-version and --kernel-config judge another kernel", () => {
  const config = join(folder, "config");
  writeFileSync(
    config,
    "# Linux/x86 5.10.1 Kernel Configuration\nCONFIG_BPF_SYSCALL=y\nCONFIG_TRACEPOINTS=y\n",
  );
  const { status, stdout } = doctor("--kernel-config", config, testObject("link_trace"));
  expect(status).toBe(1);
  expect(stdout).not.toContain("this machine");
  expect(stdout).toMatch(/^link_trace on Linux 5\.10$/m);
  expect(stdout).toMatch(/^on_raw_tp +raw_tp\/sys_enter +yes +yes$/m);
  expect(stdout).toMatch(
    /^on_kprobe, attach: That kernel is built without CONFIG_KPROBES and CONFIG_KPROBE_EVENTS$/m,
  );
  expect(stdout).toMatch(/^on_fsession, load: Needs Linux 7\.0, that kernel is 5\.10$/m);
});

test("--btf judges another kernel by its targets, fields and functions", () => {
  const spec = CollectionSpec.fromFile(testObject("load/core_targets"));
  for (const program of Object.values(spec.programs)) program.autoload = true;
  const kernel = KernelFiles.read({ version: "6.6", btf: Btf.kernel() });
  const loads = examineElsewhere(spec, kernel).programs.map(({ name, load }) => [name, load]);
  expect(Object.fromEntries(loads)).toEqual({
    reads_field: { answer: "no", reason: expect.stringContaining("no task_struct.no_such_field") },
    reads_misspelt: {
      answer: "no",
      reason: expect.stringMatching(/no task_struct.start_tyme; it has .*start_time/),
    },
    reads_struct: { answer: "no", reason: "That kernel has no struct no_such_struct" },
    asks_first: { answer: "yes" },
    reads_pid: { answer: "yes" },
    on_nothing: { answer: "no", reason: expect.stringContaining('no "no_such_function" to attach to') },
  });
  const kfunc = CollectionSpec.fromFile(testObject("load/missing_kfunc"));
  expect(examineElsewhere(kfunc, kernel).programs[0]?.load).toEqual({
    answer: "no",
    reason: expect.stringContaining('no function "bpf_no_such_kfunc"'),
  });
});

test("without CAP_BPF the exit status is 1", () => {
  const { status, stdout } = spawnSync(
    "setpriv",
    ["--bounding-set", "-all", process.execPath, command, "doctor"],
    { encoding: "utf8" },
  );
  expect(stdout).toMatch(/^CAP_BPF +problem +no$/m);
  expect(stdout).toMatch(/^bpf\(\): CAP_BPF is missing/m);
  expect(status).toBe(1);
});

test("files that are not objects or configurations, and unknown options, are refused", () => {
  const path = join(folder, "x");
  writeFileSync(path, "hello");
  expect(doctor(path)).toMatchObject({ status: 1, stderr: expect.stringContaining("x") });
  expect(doctor("--kernel-config", path, testObject("link_trace"))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("is not the configuration of a kernel"),
  });
  expect(doctor("--btf", path)).toMatchObject({ status: 2 });
  expect(doctor("--kernel-version", "6.1")).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("expected an object"),
  });
});
