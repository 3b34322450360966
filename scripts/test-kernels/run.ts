import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";
import { folder, sourceOf, type TestFile } from "./bundle.ts";
import { native, vmOptions } from "./machine.ts";

export interface TestResult {
  /** Source file and full name. */
  id: string;
  /** The names of the blocks that it is in, then its own. */
  path: string[];
  status: "passed" | "failed" | "skipped";
  /** Why it was skipped or failed. */
  reason: string | undefined;
  /** Of a skipped one: what the reason is of, as in test/support/requires.ts. */
  ground: string | undefined;
}

export interface Report {
  kernel: string;
  /** As uname has it; undefined when the run did not get that far. */
  release: string | undefined;
  results: TestResult[];
  /** What went wrong outside of tests. */
  problem: string | undefined;
  seconds: number;
}

/** Runs test files on one kernel; the whole output is kept in a file that the report's problem names. */
export async function runOn(kernel: string, files: readonly TestFile[], timeout: number): Promise<Report> {
  const output = path.join(folder, "reports", kernel);
  rmSync(output, { recursive: true, force: true });
  mkdirSync(output, { recursive: true });
  const stubs = files.filter((file) => !file.nativeOnly).map((file) => file.stub);
  const report = path.join(output, "report.json");
  const command = ["node", path.join(root, "scripts/test-kernels/guest.mjs"), report, ...stubs];
  // See test/doctor/doctor.test.ts.
  const every = process.env["EVERY_OBJECT"];
  const env = every === undefined ? [] : ["--env", `EVERY_OBJECT=${every}`];
  const vm = () => [
    ...["scripts/vm", ...vmOptions(kernel), ...env],
    ...["--timeout", `${timeout}`, "--share", output, "--"],
  ];
  const [program, ...args] = (kernel === native ? command : [...vm(), ...command]) as [string, ...string[]];

  const start = Date.now();
  const log = path.join(output, "output.txt");
  let status = await execute(program, args, log);
  // QEMU's emulation makes a kernel panic now and then, which says nothing about the tests.
  if (status === 99) status = await execute(program, args, log);
  const seconds = Math.round((Date.now() - start) / 1000);
  const { release, results, broken } = read(report);
  const unsound = status !== 0 && !results.some((result) => result.status === "failed");
  const problem =
    broken ?? (unsound ? `ended with status ${status}: see ${path.relative(root, log)}` : undefined);
  return { kernel, release, results, problem, seconds };
}

function execute(program: string, args: readonly string[], output: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const file = createWriteStream(output);
    child.stdout.pipe(file, { end: false });
    child.stderr.pipe(file, { end: false });
    child.on("error", reject);
    child.on("close", (code) => {
      file.end();
      resolve(code ?? 1);
    });
  });
}

interface VitestReport {
  release: string;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: {
      ancestorTitles: string[];
      title: string;
      status: string;
      failureMessages: string[];
      meta: { skipped?: string; ground?: string };
    }[];
  }[];
}

function read(file: string): Pick<Report, "release" | "results"> & { broken?: string } {
  let report: VitestReport;
  try {
    report = JSON.parse(readFileSync(file, "utf8")) as VitestReport;
  } catch {
    return {
      release: undefined,
      results: [],
      broken: `no report was written: see ${path.relative(root, path.dirname(file))}/output.txt`,
    };
  }
  const results = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map((test): TestResult => {
      const titles = [...test.ancestorTitles, test.title];
      const status = test.status === "passed" || test.status === "failed" ? test.status : "skipped";
      const reason = status === "failed" ? test.failureMessages[0] : test.meta.skipped;
      const { ground } = test.meta;
      return { id: `${sourceOf(name)}: ${titles.join(" > ")}`, path: titles, status, reason, ground };
    }),
  );
  // A file that failed outside of its tests (an import, a hook) has no failed test in it.
  const hollow = report.testResults.find(
    ({ status, assertionResults }) =>
      status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  const base = { release: report.release, results };
  return hollow === undefined ? base : { ...base, broken: `${sourceOf(hollow.name)}: ${hollow.message}` };
}
