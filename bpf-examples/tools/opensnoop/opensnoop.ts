// Prints every file that is opened, or was not found.
import { errnoName, RingBuf, wallTime } from "ebpf";
import { clock, command, numberOption, tellLost } from "../command.ts";
import { loadOpensnoopSpec } from "./opensnoop.bpf.ts";

const { print, say, signal, values } = command(
  `Usage: opensnoop [options]

Prints every file that is opened, or was not found.

      --pid PID        of this process only
      --failed         only what failed`,
  { pid: { type: "string" }, failed: { type: "boolean" } },
);

const spec = loadOpensnoopSpec();
spec.variables.only_pid.value = numberOption("--pid", values.pid) ?? 0;
if (process.arch === "x64") {
  spec.programs.enter_open.autoload = true;
  spec.programs.leave_open.autoload = true;
}

using opensnoop = await spec.load();
using events = new RingBuf(opensnoop.maps.events);
tellLost(events, signal);
opensnoop.attach();
say("TIME         PID  COMMAND           RESULT  PATH");

for await (const { time, pid, result, flags, comm, path } of events.values({ signal })) {
  if (values.failed && result >= 0) continue;
  const error = result < 0 ? errnoName(-result) : undefined;
  const at = wallTime(time);
  print({ time: at, pid, comm, result, error, flags, path }, () =>
    [
      clock(at),
      `${pid}`.padStart(7),
      ` ${comm.padEnd(15)}`,
      (error ?? `${result}`).padStart(8),
      ` ${path}`,
    ].join(" "),
  );
}
