// Runs on another processor: reads an object, loads the addon, and calls the kernel, which QEMU's user mode refuses.
import { createRequire } from "node:module";
import { endianness } from "node:os";
import * as ebpf from "ebpf";

// Of Node.js 20.16. The newest that npm has for these processors is older.
process.getBuiltinModule ??= createRequire(import.meta.url);

const spec = ebpf.CollectionSpec.fromFile("counter.bpf.o");
const map = spec.maps.counter_map;
if (map?.type !== "array" || map.maxEntries !== 1)
  throw new Error(`the object was read wrongly: ${map?.type}`);
let refusal;
try {
  ebpf.Map.create({ type: "hash", key: "u32", value: "u64", maxEntries: 10 }).close();
  throw new Error("a map was created");
} catch (error) {
  // The kernel refuses, and not the search for the addon.
  if (!(error instanceof ebpf.EbpfError) || error instanceof ebpf.AddonError) throw error;
  refusal = error;
}
console.log(`${process.arch} ${endianness()}, ${refusal.code}: ${refusal.message}`);
