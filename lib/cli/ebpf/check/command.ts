import type { ChildProcess } from "node:child_process";
import { resolve } from "node:path";
import { ObjectSpec } from "../../../spec/index.ts";
import { jsonLine, styleOf } from "../../terminal/index.ts";
import { UsageError } from "../../usage-error.ts";
import type { Command, ExitStatus } from "../command.ts";
import { parseOptions } from "../options.ts";
import { annotation } from "./annotations.ts";
import { checkedLines, failuresOf } from "./print.ts";
import { Progress } from "./progress.ts";
import { type KernelReport, runKernel } from "./run-kernel.ts";

const options = {
  kernel: { type: "string", short: "k", multiple: true },
  timeout: { type: "string" },
  json: { type: "boolean" },
} as const;

const help = `Usage: ebpf check --kernel VERSION,... [options] OBJECT...

Boots kernels of Debian in QEMU one after the other, and loads and attaches each program of the objects there. Nothing
happens on this machine's kernel. Kernels are kept in $XDG_CACHE_HOME/ebpf-sdk (default: ~/.cache). /dev/kvm is used if it
works; without it, a boot takes some ten seconds more.

  ebpf check --kernel 5.10,6.1,6.12,7.3 counter.bpf.o

  -k, --kernel VERSION,...  the kernels: 5.10, 6.1, 6.12, 6.18, 7.2, 7.3 or another that Debian has
      --timeout SECONDS     the most that a kernel may take, boot included (default: 300)
      --json                print one line of JSON
  -h, --help                print this text

Needs Debian or Ubuntu with qemu-system-x86 (qemu-system-arm on arm64), cpio, kmod, xz-utils, zstd and
debian-archive-keyring. Packages come from the Debian mirror of this machine's apt, or from $DEBIAN_MIRROR. In GitHub
Actions, each failure is annotated.

Exit status: 0 all programs load and attach on all kernels, 1 something fails, 2 wrong usage.
`;

async function run(args: readonly string[]): Promise<ExitStatus> {
  const { values, positionals } = parseOptions(args, options);
  const kernels = kernelsOf(values.kernel ?? []);
  if (positionals.length === 0) throw new UsageError("missing OBJECT");
  const timeout = values.timeout === undefined ? 300 : Number(values.timeout);
  if (!Number.isInteger(timeout) || timeout < 1)
    throw new UsageError(`--timeout: expected whole seconds, received "${values.timeout}"`);
  // Files that are not objects are refused before a kernel is fetched.
  for (const path of positionals) ObjectSpec.fromFile(path);
  const objects = positionals.map((path) => resolve(path));
  const reports = await runKernels(kernels, objects, timeout);

  const failures = failuresOf(reports);
  if (values.json === true) console.log(jsonLine({ kernels: reports }));
  else console.log(checkedLines(reports, styleOf(process.stdout)).join("\n"));
  const annotates = process.env["GITHUB_ACTIONS"] === "true";
  if (annotates) for (const failure of failures) process.stderr.write(`${annotation(failure)}\n`);
  return failures.length === 0 ? 0 : 1;
}

function kernelsOf(values: readonly string[]): string[] {
  const kernels = values.flatMap((value) => value.split(","));
  if (kernels.length === 0) throw new UsageError("missing option --kernel");
  const wrong = kernels.find((kernel) => !/^\d+(\.\d+)+$/.test(kernel));
  if (wrong !== undefined)
    throw new UsageError(`--kernel: expected versions such as 6.1, received "${wrong}"`);
  return [...new Set(kernels)];
}

async function runKernels(
  kernels: readonly string[],
  objects: readonly string[],
  timeout: number,
): Promise<KernelReport[]> {
  const progress = new Progress(process.stderr);
  let vm: ChildProcess | undefined;
  // A VM must not outlive the command, and its script removes its files.
  const end = () => vm?.kill("SIGTERM");
  process.once("exit", end);
  try {
    const reports: KernelReport[] = [];
    for (const [i, kernel] of kernels.entries()) {
      const say = (text: string) => progress.show(`Linux ${kernel} (${i + 1} of ${kernels.length}): ${text}`);
      say("starting");
      const started = (child: ChildProcess) => {
        vm = child;
      };
      reports.push(await runKernel(kernel, objects, { timeout, progress: say, started }));
    }
    return reports;
  } finally {
    process.off("exit", end);
    progress.close();
  }
}

export const command: Command = { help, options, run };
