// Attaches a program, prints "attached", and continues as its argument says. It prints "end" last.
import { once } from "node:events";
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
    console.log(`interrupted by ${signal.reason.by}`);
    // Its links still keep it alive: only a second signal ends it.
  }
}
