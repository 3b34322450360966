// Runs the tests that use the kernel on the kernels of the matrix, and reports which kernel supports what.
//   npm run test:kernels -- [--kernel [ARCH-]VERSION|native]... [--parallel N] [--timeout SECONDS] [--table] [PATH...]
// PATH picks test files by a part of their path; several pick more. With neither option, the run is the whole matrix:
// a test that was skipped on all of its kernels fails it, and docs/attach-support.md is written; --table writes it of any run.
import { writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../root.ts";
import { bundleTests } from "./bundle.ts";
import { native, prepare } from "./machine.ts";
import { type Report, runOn } from "./run.ts";
import { line, problems } from "./summary.ts";
import { attachTable } from "./table.ts";

// Debian's stable kernels of these years, the newest that boots, and another architecture.
const matrix = [native, "5.10", "6.1", "6.12", "7.3", "arm64-6.12"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kernel: { type: "string", multiple: true },
    parallel: { type: "string", default: `${availableParallelism()}` },
    timeout: { type: "string", default: "1200" },
    table: { type: "boolean", default: false },
  },
});
const kernels = values.kernel ?? matrix;
const whole = values.kernel === undefined && positionals.length === 0;

prepare(kernels);
const all = await bundleTests();
const files = all.filter(
  ({ source }) => positionals.length === 0 || positionals.some((part) => source.includes(part)),
);
if (files.length === 0)
  throw new Error(`no test file that needs the kernel matches ${positionals.join(" ")}`);

// Side by side, but for this machine's own kernel: there the tests count what is in the kernel.
const waiting = kernels.filter((kernel) => kernel !== native);
const reports: Report[] = [];
const run = async (kernel: string) => {
  const report = await runOn(kernel, files, Number(values.timeout));
  reports.push(report);
  console.log(`test:kernels: ${line(report)}`);
};
if (kernels.includes(native)) await run(native);
await Promise.all(
  Array.from({ length: Number(values.parallel) }, async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  }),
);
reports.sort((a, b) => kernels.indexOf(a.kernel) - kernels.indexOf(b.kernel));

if (whole || values.table) writeFileSync(path.join(root, "docs/attach-support.md"), attachTable(reports));
const found = problems(reports, whole);
for (const problem of found) console.error(`test:kernels: ${problem}`);
process.exitCode = found.length > 0 ? 1 : 0;
