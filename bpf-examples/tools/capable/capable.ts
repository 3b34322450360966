// Prints every check of a capability.
import { existsSync } from "node:fs";
import { RingBuf, wallTime } from "ebpf";
import { clock, command, tellLost } from "../command.ts";
import { loadCapableSpec } from "./capable.bpf.ts";

const { print, say, signal, values } = command(
  `Usage: capable [options]

Prints every check of a capability: which privileges a program needs.

      --failed         only those that were refused`,
  { failed: { type: "boolean" } },
);

// By number, as in <linux/capability.h>.
const names = `CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
  NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE
  SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL
  SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF
  CHECKPOINT_RESTORE`.split(/\s+/);

const spec = loadCapableSpec();
// Linux 6.14 has a tracepoint, which kernels without kprobes have too.
const hasTracepoint = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"].some((tracefs) =>
  existsSync(`${tracefs}/events/capability/cap_capable`),
);
spec.programs.on_check.autoload = hasTracepoint;
spec.programs.enter_check.autoload = !hasTracepoint;
spec.programs.leave_check.autoload = !hasTracepoint;

using capable = await spec.load();
using events = new RingBuf(capable.maps.events);
tellLost(events, signal);
capable.attach();
say("TIME         PID    UID  COMMAND          RESULT   CAPABILITY");

for await (const { time, pid, uid, comm, capability, result } of events.values({ signal })) {
  if (values.failed && result === 0) continue;
  // Checks of this tool itself would cause further checks without end.
  if (pid === process.pid) continue;
  const at = wallTime(time);
  const name = `CAP_${names[capability] ?? capability}`;
  print({ time: at, pid, uid, comm, capability: name, allowed: result === 0 }, () =>
    [
      clock(at),
      `${pid}`.padStart(7),
      `${uid}`.padStart(6),
      ` ${comm.padEnd(15)}`,
      ` ${result === 0 ? "allowed" : "refused"}`,
      ` ${name}`,
    ].join(" "),
  );
}
