// Prints every process that ends, why, and how long it ran.
import { constants } from "node:os";
import { RingBuf, wallTime } from "ebpf";
import { clock, command, tellLost } from "../command.ts";
import { loadExitsnoop } from "./exitsnoop.bpf.ts";

const { print, say, signal, values } = command(
  `Usage: exitsnoop [options]

Prints every process that ends, why, and how long it ran.

      --failed         only those that ended by a signal or with another status than 0`,
  { failed: { type: "boolean" } },
);

const signals = new Map<number, string>();
for (const [name, number] of Object.entries(constants.signals))
  if (!signals.has(number)) signals.set(number, name);

using exitsnoop = await loadExitsnoop();
using events = new RingBuf(exitsnoop.maps.events);
tellLost(events, signal);
exitsnoop.attach();
say("TIME         PID    PPID  COMMAND           SECONDS  END");

for await (const { time, age, pid, ppid, code, comm } of events.values({ signal })) {
  if (values.failed && code === 0) continue;
  const killed = signals.get(code & 0x7f);
  const status = killed === undefined ? (code >> 8) & 0xff : undefined;
  const seconds = Number(age) / 1e9;
  const at = wallTime(time);
  print({ time: at, pid, ppid, comm, seconds, status, signal: killed }, () =>
    [
      clock(at),
      `${pid}`.padStart(7),
      `${ppid}`.padStart(7),
      ` ${comm.padEnd(15)}`,
      seconds.toFixed(3).padStart(9),
      ` ${killed ?? (status === 0 ? "done" : `status ${status}`)}`,
    ].join(" "),
  );
}
