// Draws how long threads wait for a CPU.
import { aborted } from "node:util";
import { Histogram } from "ebpf";
import { command, numberOption } from "../command.ts";
import { printHistogram } from "../histogram.ts";
import { loadRunqlatSpec } from "./runqlat.bpf.ts";

const { print, say, signal, values } = command(
  `Usage: runqlat [options]

Counts how long threads wait for a CPU after they became ready to run, and draws it at the end.

      --pid PID        of this process only`,
  { pid: { type: "string" } },
);

const spec = loadRunqlatSpec();
spec.variables.only_pid.value = numberOption("--pid", values.pid) ?? 0;
using runqlat = await spec.load();
runqlat.attach();
say("Measuring the waits for a CPU. Ctrl-C ends.");
await aborted(signal, runqlat);
printHistogram(print, Histogram.log2(runqlat.variables.slots.value), "microseconds");
