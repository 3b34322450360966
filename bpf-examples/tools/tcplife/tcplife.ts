// Prints every TCP connection at its end: the process, the duration and the bytes.
import { formatIP, RingBuf, wallTime } from "ebpf";
import { clock, command, tellLost } from "../command.ts";
import { loadTcplife } from "./tcplife.bpf.ts";

const { print, say, signal } = command(
  `Usage: tcplife [options]

Prints every TCP connection at its end: the process, the duration and the bytes. Connections that began before are left out.
`,
  {},
);

using tcplife = await loadTcplife();
using events = new RingBuf(tcplife.maps.events);
tellLost(events, signal);
tcplife.attach();
say(
  "TIME         PID  COMMAND          LOCAL                   REMOTE                      SENT   RECEIVED       MS",
);

for await (const life of events.values({ signal })) {
  const { pid, comm, family, local_port, remote_port } = life;
  const local = formatIP(family, life.local);
  const remote = formatIP(family, life.remote);
  const sent = Number(life.sent);
  const received = Number(life.received);
  const milliseconds = Number(life.duration) / 1e6;
  const at = wallTime(life.time);
  print({ time: at, pid, comm, local, local_port, remote, remote_port, sent, received, milliseconds }, () =>
    [
      clock(at),
      `${pid || "-"}`.padStart(7),
      ` ${comm.padEnd(15)}`,
      ` ${withPort(local, local_port).padEnd(22)}`,
      ` ${withPort(remote, remote_port).padEnd(22)}`,
      `${sent}`.padStart(9),
      `${received}`.padStart(10),
      milliseconds.toFixed(1).padStart(8),
    ].join(" "),
  );
}

function withPort(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
