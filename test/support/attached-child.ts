// Attaches XDP to loopback by a link and a filter over netlink, and ends as it is told. Prints "attached" first.
import { Worker } from "node:worker_threads";
import { link } from "../../lib/index.ts";
import { loadAlone } from "./link.ts";

const [how = "exit", netlink = "netlink"] = process.argv.slice(2);

function attach(): void {
  const xdp = loadAlone("link_net", "on_xdp");
  const tc = loadAlone("link_net", "on_tc");
  keep.push(xdp, tc, link.xdp(xdp.program, { interface: "lo", mode: "generic" }));
  if (netlink === "netlink")
    keep.push(link.tc(tc.program, { interface: "lo", direction: "ingress", priority: 77 }));
}

// What is only reachable from here is not collected before the end.
const keep: unknown[] = [];

if (how === "worker") {
  const worker = new Worker(
    `require("tsx/cjs/api");
     import("tsx/esm/api").then(({ tsImport }) => tsImport(${JSON.stringify(import.meta.url)}, ${JSON.stringify(import.meta.url)}));`,
    { eval: true, argv: ["in-worker", netlink], stdout: false },
  );
  worker.on("message", () => {
    console.log("attached");
    process.stdin.once("data", async () => {
      await worker.terminate();
      console.log("terminated");
      process.stdin.once("data", () => process.exit(0));
    });
  });
} else {
  attach();
  const { parentPort } = await import("node:worker_threads");
  if (how === "in-worker") {
    parentPort?.postMessage("attached");
    setInterval(() => keep.length, 1000);
  } else {
    console.log("attached");
    process.stdin.once("data", () => {
      if (how === "exit") process.exit(0);
      if (how === "throw") throw new Error("on purpose");
      if (how === "end") process.stdin.destroy();
    });
    if (how === "signal") process.stdin.resume();
  }
}
