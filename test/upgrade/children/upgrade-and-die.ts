// Waits for a line `FOLDER INTERFACE CGROUP OBJECT PHASE STEP`, upgrades to the object, and kills itself after that step
// of the phase: `recovery` is what comes before the new version is loaded.
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CollectionSpec, upgrade } from "../../../lib/index.ts";

const lines = createInterface(process.stdin);
const [line] = (await once(lines, "line")) as [string];
lines.close();
const [folder = "", device = "", cgroup = "", object = "", phase = "", step = ""] = line.split(" ");
let current = "recovery";
let count = 0;

await upgrade(CollectionSpec.fromFile(object), folder, {
  attach: {
    at_xdp: { interface: device, mode: "generic" },
    at_tcx: { interface: device },
    at_cgroup: { cgroup },
  },
  onStep: ({ name, what }) => {
    if (name === "load") {
      current = "upgrade";
      count = 0;
    }
    if (name === "lock") return;
    if (current === phase && count === Number(step)) {
      process.stdout.write(`${name} ${what}\n`);
      process.kill(process.pid, "SIGKILL");
    }
    count++;
  },
});
