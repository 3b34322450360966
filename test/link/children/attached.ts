// Attaches programs that another process has loaded, and what has to be loaded here; says "attached" and ends as told:
//   attached.ts HOW '{"kind": programId, …}'
// A line on stdin is the word to go. When it is a worker that has ended, the process says "ended" and stays.
import { parentPort } from "node:worker_threads";
import { Link, link, Program } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";
import { scriptWorker } from "../../support/script.ts";
import { kinds } from "./kinds.ts";

const [how = "", ids = "{}"] = process.argv.slice(2);

// Keeps its values reachable until the end.
const kept: unknown[] = [];

function attach(): void {
  for (const [name, id] of Object.entries<number>(JSON.parse(ids))) {
    const program = Program.fromId(id);
    kept.push(program, kinds[name]?.attach(program) as Link);
  }
  // Only the process that has loaded an object attaches its programs to probes in tracefs.
  const loaded = loadAlone("link_user", "on_uprobe");
  const legacy = { binary: "libc.so.6", symbol: "getpgid", mode: "legacy" } as const;
  kept.push(loaded, link.uprobe(loaded.program, legacy));
}

const inThread: Record<string, () => void> = {
  "process.exit": () => process.exit(0),
  exception: () => {
    throw new Error("on purpose");
  },
  rejection: () => void Promise.reject(new Error("on purpose")),
  "nothing left to do": () => {
    clearInterval(alive);
    for (const each of kept) if (each instanceof Link) each.unref();
  },
};

const alive = setInterval(() => kept.length, 1000);

if (parentPort !== null) {
  attach();
  parentPort.postMessage("attached");
  parentPort.once("message", (what) => {
    parentPort?.unref();
    inThread[what]?.();
  });
} else if (how.startsWith("worker: ")) {
  const worker = scriptWorker(import.meta.filename, { argv: [how, ids], stderr: true });
  worker.once("message", () => console.log("attached"));
  worker.on("error", () => {});
  worker.once("exit", () => console.log("ended"));
  process.stdin.once("data", () => {
    const what = how.replace("worker: ", "");
    if (what === "terminate") void worker.terminate();
    else if (what === "process.exit of the main thread") process.exit(0);
    else worker.postMessage(what);
  });
} else {
  attach();
  console.log("attached");
  process.stdin.once("data", () => {
    process.stdin.destroy();
    inThread[how]?.();
  });
}
