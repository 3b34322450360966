// Prints every program that is started, with its arguments.
import { RingBuf, wallTime } from "ebpf";
import { clock, command, tellLost } from "../command.ts";
import { loadExecsnoop } from "./execsnoop.bpf.ts";

const { print, say, signal } = command(
  `Usage: execsnoop [options]

Prints every program that is started, with its arguments.
`,
  {},
);

using execsnoop = await loadExecsnoop();
using events = new RingBuf(execsnoop.maps.events);
tellLost(events, signal);
execsnoop.attach();
say("TIME         PID    PPID   UID  ARGUMENTS");

for await (const { time, pid, ppid, uid, args_size, comm, args } of events.values({ signal })) {
  const text = new TextDecoder().decode(args.subarray(0, args_size));
  const list = text.replace(/\0$/, "").split("\0");
  const cut = args_size > args.length ? " ..." : "";
  const at = wallTime(time);
  print({ time: at, pid, ppid, uid, comm, arguments: list }, () =>
    [
      clock(at),
      `${pid}`.padStart(7),
      `${ppid}`.padStart(7),
      `${uid}`.padStart(5),
      ` ${list.map(quoted).join(" ")}${cut}`,
    ].join(" "),
  );
}

/** As a shell takes it, and on one line. */
function quoted(argument: string): string {
  return /^[\w./:=,@%+-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
