// Shows what the CPUs are busy with: stacks in the folded format, or a flame graph.
import { link } from "ebpf";
import { command, numberOption } from "../command.ts";
import { nameStacks, showStacks, watchStacks } from "../stacks.ts";
import { loadProfileSpec } from "./profile.bpf.ts";

const { print, signal, values } = command(
  `Usage: profile [options]

Takes samples of what the CPUs run, and at the end prints each different stack with its number of samples.

      --svg FILE       write a flame graph
      --pid PID        of this process only
      --frequency N    samples a second on each CPU (default: 49)`,
  { svg: { type: "string" }, pid: { type: "string" }, frequency: { type: "string" } },
);
const frequency = numberOption("--frequency", values.frequency) ?? 49;

const spec = loadProfileSpec();
spec.variables.only_pid.value = numberOption("--pid", values.pid) ?? 0;
using profile = await spec.load();
const { stacks, counts } = profile.maps;
// The clock is everywhere; hardware counters are missing in most virtual machines.
const sampling = link.perfEvent(profile.programs.on_sample, {
  event: { type: "software", name: "cpu-clock" },
  frequency,
});
// To stderr, so that stdout has nothing but stacks.
console.error("Counting stacks. Ctrl-C ends.");
const users = await watchStacks(signal, stacks, counts);
sampling.close();
showStacks(nameStacks(users, stacks, counts), { print, svg: values.svg, title: "CPU time", unit: "samples" });
