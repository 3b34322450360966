// Draws how long block devices take for a request.
import { aborted } from "node:util";
import { Histogram } from "ebpf";
import { command } from "../command.ts";
import { printHistogram } from "../histogram.ts";
import { loadBiolatency } from "./biolatency.bpf.ts";

const { print, say, signal } = command(
  `Usage: biolatency [options]

Counts how long block devices take for a request, and draws it at the end.
`,
  {},
);

using biolatency = await loadBiolatency();
biolatency.attach();
say("Measuring requests of block devices. Ctrl-C ends.");
await aborted(signal, biolatency);
printHistogram(print, Histogram.log2(biolatency.variables.slots.value), "microseconds");
