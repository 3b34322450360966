// Draws how long a function takes, of the kernel or of a program or library.
import { aborted } from "node:util";
import { Histogram, link } from "ebpf";
import { command, numberOption } from "../command.ts";
import { printHistogram } from "../histogram.ts";
import { loadFunclatencySpec } from "./funclatency.bpf.ts";

const { print, say, signal, values, positionals } = command(
  `Usage: funclatency [options] FUNCTION
       funclatency [options] BINARY:FUNCTION

Counts how long a function of the kernel (vfs_read), or of a program or library (libc.so.6:malloc, /bin/bash:readline)
takes, and draws it at the end.

      --pid PID        of this process only; for functions of a BINARY`,
  { pid: { type: "string" } },
);
const [, binary, symbol = ""] = /^(?:(.+):)?([^:]+)$/.exec(positionals[0] ?? "") ?? [];
const pid = numberOption("--pid", values.pid);
if (symbol === "" || positionals.length > 1 || (binary === undefined && pid !== undefined)) {
  console.error(
    symbol === "" || positionals.length > 1
      ? "Which function? As in: funclatency libc.so.6:malloc"
      : "--pid is for functions of a BINARY",
  );
  process.exit(2);
}

const spec = loadFunclatencySpec();
const unused =
  binary === undefined
    ? (["enter_user", "leave_user"] as const)
    : (["enter_kernel", "leave_kernel"] as const);
for (const name of unused) spec.programs[name].autoload = false;
using funclatency = await spec.load();
const { programs } = funclatency;

using _entry =
  binary === undefined
    ? link.kprobe(programs.enter_kernel, { symbol })
    : link.uprobe(programs.enter_user, { binary, symbol, ...(pid === undefined ? {} : { pid }) });
using _exit =
  binary === undefined
    ? link.kretprobe(programs.leave_kernel, { symbol })
    : link.uretprobe(programs.leave_user, { binary, symbol, ...(pid === undefined ? {} : { pid }) });
say(`Measuring ${positionals[0]}. Ctrl-C ends.`);
await aborted(signal, funclatency);
printHistogram(print, Histogram.log2(funclatency.variables.slots.value), "nanoseconds");
