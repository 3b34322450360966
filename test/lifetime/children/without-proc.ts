// Pins a map, a program and a link, and opens each pin as each of the three, where /proc is not mounted.
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { BpfMap, cgroupRoot, Link, Program } from "../../../lib/index.ts";
import { loadAlone } from "../../support/link.ts";

const folder = `/sys/fs/bpf/ebpf-test-${process.pid}`;
const opened: Record<string, string> = {};

function attempt(what: string, open: () => Disposable): void {
  try {
    using _ = open();
    opened[what] = "opened";
  } catch (error) {
    opened[what] = (error as { code: string }).code;
  }
}

mkdirSync(folder);
try {
  using loaded = loadAlone("link_net", "on_xdp");
  using attached = loaded.program.attach({ interface: "lo" });
  using map = BpfMap.create({ type: "array", key: "u32", value: "u32", maxEntries: 1 });
  using queue = BpfMap.create({ type: "queue", value: "u32", maxEntries: 1 });
  map.pin(`${folder}/map`);
  queue.pin(`${folder}/queue`);
  loaded.program.pin(`${folder}/program`);
  attached.pin(`${folder}/link`);
  for (const pin of ["map", "queue", "program", "link"]) {
    attempt(`${pin} as map`, () => BpfMap.fromPin(`${folder}/${pin}`));
    attempt(`${pin} as program`, () => Program.fromPin(`${folder}/${pin}`));
    attempt(`${pin} as link`, () => Link.fromPin(`${folder}/${pin}`));
  }
} finally {
  rmSync(folder, { recursive: true });
}
let root: string;
try {
  root = cgroupRoot().slice(0, 1);
} catch (error) {
  root = (error as Error).message;
}
console.log(JSON.stringify({ proc: existsSync("/proc/self"), opened, root }));
