// Prints every TCP connection that a process opens.
import { formatIP, RingBuf, wallTime } from "ebpf";
import { clock, command, tellLost } from "../command.ts";
import { loadTcpconnect } from "./tcpconnect.bpf.ts";

const { print, say, signal } = command(
  `Usage: tcpconnect [options]

Prints every TCP connection that a process opens, over IPv4 and IPv6.
`,
  {},
);

using tcpconnect = await loadTcpconnect();
using events = new RingBuf(tcpconnect.maps.events);
tellLost(events, signal);
tcpconnect.attach();
say("TIME         PID  COMMAND          FROM                      TO                         PORT");

for await (const { time, pid, family, port, comm, ...addresses } of events.values({ signal })) {
  const from = formatIP(family, addresses.from);
  const to = formatIP(family, addresses.to);
  const at = wallTime(time);
  print({ time: at, pid, comm, from, to, port }, () =>
    [
      clock(at),
      `${pid}`.padStart(7),
      ` ${comm.padEnd(15)}`,
      ` ${from.padEnd(24)}`,
      ` ${to.padEnd(24)}`,
      `${port}`.padStart(5),
    ].join(" "),
  );
}
