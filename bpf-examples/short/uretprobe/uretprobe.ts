// Prints the lines that are typed at a shell: uretprobe [BINARY [SYMBOL]], by default readline of bash.
import { PerfBuf, untilInterrupted } from "ebpf";
import { loadUretprobe } from "./uretprobe.bpf.ts";

const [binary = "/bin/bash", symbol = "readline"] = process.argv.slice(2);
using uretprobe = await loadUretprobe();
using events = new PerfBuf(uretprobe.maps.events);
using _link = uretprobe.programs.report_line.attach({ binary, symbol });
console.log(`Watching ${symbol} of ${binary}. Ctrl-C stops.`);
for await (const event of events.values({ signal: untilInterrupted() }))
  console.log(event.type === "lost" ? `lost ${event.lost}` : `${event.value.pid} ${event.value.line}`);
