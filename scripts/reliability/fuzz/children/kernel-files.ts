// Reads files of /proc and tracefs whose text is wrong: argv is the first seed and the seconds. Runs in a mount namespace of
// its own, where files of ours lie over those of the kernel.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  BpfMap,
  cgroupOf,
  cgroupRoot,
  EbpfError,
  KernelSymbols,
  link,
  UserSymbols,
} from "../../../../lib/index.ts";
import { loadAlone } from "../../../../test/support/link.ts";
import { Random } from "../../../../test/support/random.ts";
import { mutateText } from "../text-mutator.ts";

const [first = "1", seconds = "10"] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), "ebpf-kernel-files-"));
using map = BpfMap.create({ type: "hash", key: "u32", value: "u32", maxEntries: 4 });
using traced = loadAlone("link_trace", "on_tp");
const fd = (map as unknown as { fd: number }).fd;
const files: { real: string; read(): unknown }[] = [
  {
    real: `/proc/${process.pid}/maps`,
    read: () => new UserSymbols().find(process.pid, 0x7f00_0000_1000n),
  },
  {
    real: "/sys/kernel/tracing/available_events",
    read: () => link.tracepoint(traced.program, { group: "sched", name: "sched_swich" }),
  },
  {
    real: "/sys/kernel/tracing/events/syscalls/sys_enter_kill/id",
    read: () => link.tracepoint(traced.program, { group: "syscalls", name: "sys_enter_kill" }).close(),
  },
  { real: `/proc/self/fdinfo/${fd}`, read: () => map.info() },
  { real: `/proc/${process.pid}/cgroup`, read: () => cgroupOf(process.pid) },
  { real: "/proc/self/mounts", read: () => cgroupRoot() },
  { real: "/proc/modules", read: () => KernelSymbols.ofThisKernel().find(0xffffffff81000000n) },
];
const layers = files
  .map((file, index) => ({ ...file, ours: path.join(folder, `${index}`) }))
  .filter(({ real, ours }) => {
    try {
      writeFileSync(ours, readFileSync(real));
      execFileSync("mount", ["--bind", ours, real.replace("/self/", `/${process.pid}/`)], { stdio: "pipe" });
      return true;
    } catch {
      return false;
    }
  })
  .map((layer) => ({ ...layer, original: readFileSync(layer.ours) }));
const counts: Record<string, number> = {};
let refused = 0;
let slowest = 0;
const end = performance.now() + Number(seconds) * 1000;
let seed = Number(first);
for (; performance.now() < end; seed++) {
  if (seed % 20 === 0) console.log(JSON.stringify({ seed }));
  const random = new Random(seed);
  const { ours, original, real, read } = random.pick(layers);
  writeFileSync(ours, mutateText(original.subarray(0, 20_000), random));
  const begin = performance.now();
  try {
    read();
  } catch (error) {
    if (!(error instanceof EbpfError)) throw new Error(`seed ${seed}: ${real}`, { cause: error });
    void error.message;
    refused++;
  }
  const name = real.replace(/\d+/g, "N");
  counts[name] = (counts[name] ?? 0) + 1;
  slowest = Math.max(slowest, performance.now() - begin);
}
for (const { real } of layers)
  execFileSync("umount", [real.replace("/self/", `/${process.pid}/`)], { stdio: "pipe" });
rmSync(folder, { recursive: true });
// From Linux 6.12 on, nothing can be mounted over a file of fdinfo.
const unreachable = files
  .map(({ real }) => real)
  .filter((real) => !layers.some((layer) => layer.real === real));
console.log(JSON.stringify({ done: true, counts, refused, slowest, unreachable }));
