// Counts system calls by name, until Ctrl-C.
import { aborted } from "node:util";
import { syscallName } from "ebpf";
import { command, numberOption } from "../command.ts";
import { loadSyscountSpec } from "./syscount.bpf.ts";

const { print, say, signal, values } = command(
  `Usage: syscount [options]

Counts system calls by name and adds up their time, and prints the most frequent ones at the end.

      --pid PID        of this process only
      --latency        those that took the most time, in place of the most frequent ones
      --top N          so many (default: 10)`,
  { pid: { type: "string" }, latency: { type: "boolean" }, top: { type: "string" } },
);
const top = numberOption("--top", values.top) ?? 10;

const spec = loadSyscountSpec();
spec.variables.only_pid.value = numberOption("--pid", values.pid) ?? 0;
using syscount = await spec.load();
syscount.attach();
say("Counting system calls. Ctrl-C ends.");
await aborted(signal, syscount);

const rows = [...syscount.maps.totals].map(([number, perCpu]) => ({
  // The number of a call that does not exist is whatever the process asked for.
  call: syscallName(number),
  calls: perCpu.reduce((sum, { calls }) => sum + Number(calls), 0),
  microseconds: perCpu.reduce((sum, { time }) => sum + Number(time), 0) / 1000,
}));
rows.sort((a, b) => (values.latency ? b.microseconds - a.microseconds : b.calls - a.calls));
say("SYSTEM CALL                   CALLS     MICROSECONDS");
for (const row of rows.slice(0, top)) {
  print(row, () =>
    [row.call.padEnd(24), `${row.calls}`.padStart(10), row.microseconds.toFixed(1).padStart(16)].join(" "),
  );
}
