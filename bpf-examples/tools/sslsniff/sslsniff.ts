// Prints what programs send and receive through OpenSSL, in the clear.
import { link, RingBuf, wallTime } from "ebpf";
import { clock, command, numberOption, tellLost } from "../command.ts";
import { loadSslsniff } from "./sslsniff.bpf.ts";

const { print, say, signal, values } = command(
  `Usage: sslsniff [options]

Prints what programs send and receive through SSL_write, SSL_read and their _ex forms of OpenSSL, in the
clear.

      --library FILE   the library, or a program that contains it (default: libssl.so.3)
      --pid PID        of this process only`,
  { library: { type: "string" }, pid: { type: "string" } },
);
const { library: binary = "libssl.so.3" } = values;
const pid = numberOption("--pid", values.pid);
const where = { binary, ...(pid === undefined ? {} : { pid }) };

using sslsniff = await loadSslsniff();
using events = new RingBuf(sslsniff.maps.events);
tellLost(events, signal);
const { on_write, enter_read, leave_read, leave_read_ex } = sslsniff.programs;
using _write = link.uprobe(on_write, { ...where, symbol: "SSL_write" });
using _writeEx = link.uprobe(on_write, { ...where, symbol: "SSL_write_ex" });
using _read = link.uprobe(enter_read, { ...where, symbol: "SSL_read" });
using _readEx = link.uprobe(enter_read, { ...where, symbol: "SSL_read_ex" });
using _return = link.uretprobe(leave_read, { ...where, symbol: "SSL_read" });
using _returnEx = link.uretprobe(leave_read_ex, { ...where, symbol: "SSL_read_ex" });
say("TIME         PID  COMMAND          DIRECTION    BYTES  DATA");

for await (const { time, pid, size, sent, comm, bytes } of events.values({ signal })) {
  const text = new TextDecoder().decode(bytes.subarray(0, size));
  const at = wallTime(time);
  print({ time: at, pid, comm, sent, size, text }, () =>
    [
      clock(at),
      `${pid}`.padStart(7),
      ` ${comm.padEnd(15)}`,
      ` ${sent ? "sent" : "received"}`.padEnd(10),
      `${size}`.padStart(8),
      ` ${JSON.stringify(text.slice(0, 60))}`,
    ].join(" "),
  );
}
