// Like object.mjs, with a loader that a plugin or ebpf/register makes from the C file.
import { execFileSync } from "node:child_process";
import { loadCounter } from "./counter.bpf.c";

async function main() {
  const counter = await loadCounter();
  try {
    counter.attach();
    execFileSync("true");
    if (!(counter.maps.counter_map.get(0) >= 1n)) throw new Error("the program did not run");
    console.log("packaging: ok");
  } finally {
    counter.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
