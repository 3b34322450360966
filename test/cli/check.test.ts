// kernels: native
import { spawnSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { annotation } from "../../lib/cli/ebpf/check/annotations.ts";
import { checkedLines, failuresOf } from "../../lib/cli/ebpf/check/print.ts";
import { styleOf } from "../../lib/cli/terminal/index.ts";
import { attachHere, examineHere } from "../../lib/doctor/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const root = join(import.meta.dirname, "../..");

function check(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [join(root, "dist/cli/ebpf.js"), "check", ...args], {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
}

/** The report of a guest, made on the running kernel. */
function report(kernel: string, ...objects: string[]) {
  const reports = objects.map((name) => {
    const spec = ObjectSpec.fromFile<ObjectSpec>(testObject(name));
    return attachHere(spec, examineHere(spec));
  });
  return { kernel, objects: reports, problem: undefined, seconds: 1 };
}

test("programs without a target in their SEC names are attached to targets that every machine has", () => {
  const [{ programs } = { programs: [] }] = report("x", "program_run").objects;
  const answers = Object.fromEntries(programs.map(({ name, attach }) => [name, attach.answer]));
  expect(answers).toMatchObject({ swap_first_two: "yes", mark_and_count: "yes", first_and_cpu: "yes" });
});

test("each kernel has a column, and each failure a reason", () => {
  const problem = { kernel: "5.4", objects: [], problem: "Debian has no such kernel", seconds: 0 };
  const reports = [report("6.1", "verifier_refuses"), problem];
  expect(checkedLines(reports, styleOf({}))).toEqual([
    "verifier_refuses",
    expect.stringMatching(/^program +SEC +6\.1 +5\.4$/),
    expect.stringMatching(/^careless +raw_tp\/sys_enter +no load +unknown$/),
    "",
    expect.stringMatching(/^6\.1, program careless: the verifier refused program "careless"/),
    "5.4: Debian has no such kernel",
  ]);
});

test("a failure is a workflow command of GitHub Actions", () => {
  const [failure] = failuresOf([report("6.1", "verifier_refuses")]);
  expect(failure && annotation(failure)).toMatch(
    /^::error file=test\/bpf\/verifier_refuses\.bpf\.c,line=\d+,title=Linux 6\.1%2C verifier_refuses%2C program careless::the verifier refused program "careless"[^\n]*$/,
  );
  const place = { file: join(process.cwd(), "x/a.bpf.c"), line: 12 };
  expect(annotation({ kernel: "6.1", object: "a", subject: "b", reason: "too long\n100%", place })).toBe(
    "::error file=x/a.bpf.c,line=12,title=Linux 6.1%2C a%2C b::too long%0A100%25",
  );
});

test("missing packages are named", () => {
  const path = mkdtempSync(join(tmpdir(), "ebpf-test-"));
  try {
    const { status, stdout } = check(["--kernel", "6.1", testObject("program_run")], {
      DPKG_ADMINDIR: path,
    });
    expect(status).toBe(1);
    expect(stdout).toMatch(/^6\.1: missing packages: .*cpio.* Run: sudo apt-get install/m);
  } finally {
    rmSync(path, { recursive: true });
  }
});

test("the scripts that boot kernels are in the package", () => {
  accessSync(join(root, "dist/cli/vm/run"), constants.X_OK);
  for (const file of ["packages.txt", "suites.txt", "guest/init", "guest/run"])
    accessSync(join(root, "dist/cli/vm", file));
});

test("wrong usage and files that are not objects are refused before a kernel is fetched", () => {
  expect(check([testObject("program_run")])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining("missing option --kernel"),
  });
  expect(check(["--kernel", "6.1"])).toMatchObject({ status: 2 });
  expect(check(["--kernel", "new", testObject("program_run")])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('expected versions such as 6.1, received "new"'),
  });
  expect(check(["--kernel", "6.1", "--timeout", "0", testObject("program_run")])).toMatchObject({
    status: 2,
  });
  expect(check(["--kernel", "6.1", "no-such-file.o"])).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("ENOENT"),
  });
});
