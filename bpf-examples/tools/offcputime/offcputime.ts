// Shows what threads wait for: stacks in the folded format, or a flame graph.
import { command, numberOption } from "../command.ts";
import { nameStacks, showStacks, watchStacks } from "../stacks.ts";
import { loadOffcputimeSpec } from "./offcputime.bpf.ts";

const { print, signal, values } = command(
  `Usage: offcputime [options]

Adds up the time that threads are not on a CPU, and at the end prints each different stack with which they left it and
the microseconds.

      --svg FILE       write a flame graph
      --pid PID        of this process only`,
  { svg: { type: "string" }, pid: { type: "string" } },
);

const spec = loadOffcputimeSpec();
spec.variables.only_pid.value = numberOption("--pid", values.pid) ?? 0;
using offcputime = await spec.load();
const { stacks, counts } = offcputime.maps;
const links = offcputime.attach();
// To stderr, so that stdout has nothing but stacks.
console.error("Counting stacks. Ctrl-C ends.");
const users = await watchStacks(signal, stacks, counts);
for (const link of Object.values(links)) link.close();
showStacks(nameStacks(users, stacks, counts), {
  print,
  svg: values.svg,
  title: "Time off CPU",
  unit: "microseconds",
});
