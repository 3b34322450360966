// Lists the sources of one target for binding.gyp, one path a line: `node native/sources.cjs TARGET`.
// A new file in a folder is built without a change here; what must not be built is named, with the reason.
"use strict";

const { existsSync, readdirSync } = require("node:fs");
const path = require("node:path");

const hot = [
  "arguments.cc",
  "js_memory.cc",
  "load.cc",
  "map.cc",
  "map_batch.cc",
  "map_element.cc",
  "map_memory.cc",
  "perf_buffer.cc",
  "poller.cc",
  "program_create.cc",
  "program_run.cc",
  "reservation.cc",
  "ring_buffer.cc",
  "ring_memory.cc",
  "user_ring_buffer.cc",
];

const targets = {
  ebpf: { folder: "native", extension: ".cc", without: hot },
  hot: { folder: "native", extension: ".cc", only: hot },
  bpf: { folder: "native/vendor/libbpf/src", extension: ".c", also: ["native/feature_probes.c"] },
  elf: {
    folder: "native/vendor/elfutils/libelf",
    extension: ".c",
    // nlist() is no part of ELF reading, and the other two are #included elsewhere.
    without: ["nlist.c"],
    also: ["native/vendor/elfutils/lib/eu-search.c"],
  },
  z: { folder: "native/vendor/zlib", extension: ".c" },
};

const root = path.dirname(__dirname);
const target = targets[process.argv[2]];
const folder = path.join(root, target.folder);
if (!existsSync(folder)) {
  console.error(`${target.folder} is missing: run scripts/setup, which fetches the third-party sources`);
  process.exit(1);
}
const files = readdirSync(folder)
  .filter((name) => name.endsWith(target.extension) && !target.without?.includes(name))
  .filter((name) => target.only?.includes(name) ?? true)
  .sort()
  .map((name) => `${target.folder}/${name}`);
console.log([...files, ...(target.also ?? [])].join("\n"));
