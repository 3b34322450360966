// Makes version 1 or 2 of a packet counter the one that runs, and shows the steps. The program stays attached afterwards.
// Usage: upgrade.js 1|2|remove INTERFACE [FOLDER]
import { rmSync } from "node:fs";
import { upgrade } from "ebpf";
import { loadPackets1Spec } from "./packets1.bpf.ts";
import { loadPackets2Spec } from "./packets2.bpf.ts";

const [version, device = "", folder = "/sys/fs/bpf/packets"] = process.argv.slice(2);
if (!["1", "2", "remove"].includes(version ?? "") || (version !== "remove" && device === "")) {
  console.error("Usage: upgrade.js 1|2|remove INTERFACE [FOLDER]");
  process.exit(2);
}
const attach = { count: { interface: device, mode: "generic" } } as const;
const onStep = ({ name, what }: { name: string; what: string }) =>
  console.log(`  ${name.padEnd(12)} ${what}`);

if (version === "remove") {
  rmSync(folder, { recursive: true, force: true });
  console.log("removed: nothing is attached");
} else if (version === "1") {
  // From version 2 back to 1, the bytes are lost: only a function can decide that.
  const value = ({ packets }: { packets: number | bigint }) => ({ packets: Number(packets) });
  const maps = { traffic_map: { value, add: ["packets"] } };
  using app = await upgrade(loadPackets1Spec(), folder, { attach, onStep, maps });
  console.log(`${app.action}, version ${app.version}:`, app.collection.maps.traffic_map.get(0));
} else {
  const maps = { traffic_map: { add: ["packets"] } };
  using app = await upgrade(loadPackets2Spec(), folder, { attach, onStep, maps });
  console.log(`${app.action}, version ${app.version}:`, app.collection.maps.traffic_map.get(0));
}
