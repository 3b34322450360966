// Prints processes that the kernel kills since memory has run out.
import { RingBuf, wallTime } from "ebpf";
import { clock, command, tellLost } from "../command.ts";
import { loadOomkill } from "./oomkill.bpf.ts";

const { print, say, signal } = command(
  `Usage: oomkill [options]

Prints processes that the kernel kills since memory has run out, of the machine or of a cgroup.
`,
  {},
);

using oomkill = await loadOomkill();
using events = new RingBuf(oomkill.maps.events);
tellLost(events, signal);
oomkill.attach();
say("Watching for processes that are killed for their memory. Ctrl-C ends.");

for await (const { time, pid, by_pid, by_comm } of events.values({ signal })) {
  const at = wallTime(time);
  print(
    { time: at, pid, by_pid, by_comm },
    () => `${clock(at)}  process ${pid} is killed; process ${by_pid} (${by_comm}) wanted memory`,
  );
}
