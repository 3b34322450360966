// Attaches a program, prints "attached", and continues as its argument says. It prints "end" last.
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { CollectionSpec, link, type Program, untilInterrupted } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const [how = "", path = ""] = process.argv.slice(2);
const spec = CollectionSpec.fromFile(testObject("link_trace"));
for (const program of Object.values(spec.programs)) program.autoload = program.name === "on_tp";
const coll = spec.loadSync();
const tracepoint = { group: "syscalls", name: "sys_enter_kill" };
process.on("exit", () => console.log("end"));

switch (how) {
  case "waits for a signal": {
    coll.attach({ on_tp: tracepoint });
    const interrupted = once(process, "SIGINT");
    console.log("attached");
    await interrupted;
    coll.close();
    break;
  }
  case "closes":
    coll.attach({ on_tp: tracepoint });
    coll.close();
    break;
  case "unref":
    coll.unref().attach({ on_tp: tracepoint });
    break;
  case "unref of the link":
    link.tracepoint(coll.programs.on_tp as Program, tracepoint).unref();
    break;
  case "pins": {
    const pinned = link.tracepoint(coll.programs.on_tp as Program, tracepoint);
    if (pinned.nature === "link") {
      pinned.pin(path);
      process.on("exit", () => pinned.unpin());
    } else pinned.close();
    break;
  }
  case "is interrupted twice": {
    const signal = untilInterrupted();
    coll.attach({ on_tp: tracepoint });
    console.log("attached");
    await once(signal, "abort");
    const next = untilInterrupted();
    // Sent again at once, as npm and timeout do: the same interruption, also for a signal of the script made since.
    process.kill(process.pid, "SIGINT");
    process.kill(process.pid, "SIGTERM");
    await setTimeout(1000);
    console.log(`interrupted by ${signal.reason.by}, ${next.aborted ? "twice" : "once"}`);
    process.kill(process.pid, "SIGINT");
    await once(next, "abort");
    while (process.listenerCount("SIGINT") > 0) await setTimeout(50);
    console.log("later");
    // Its links still keep it alive: only another signal ends it.
  }
}
