// Run by scripts/test-packaging after a package manager, a bundler or a tracer: object.mjs OBJECT
// It loads the object, attaches it, and reads its map. No top-level await, for bundles in CommonJS.
import { execFileSync } from "node:child_process";
import { CollectionSpec } from "ebpf";

async function main() {
  const coll = await CollectionSpec.fromFile(process.argv.at(-1)).load();
  try {
    coll.attach();
    execFileSync("true");
    if (!(coll.maps.counter.get(0) >= 1n)) throw new Error("the program did not run");
    console.log("packaging: ok");
  } finally {
    coll.close();
  }
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
