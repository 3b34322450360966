// Asks for more than there is: address space of the process (RLIMIT_AS) and memory of its cgroup. Each line says how
// one ended: an error of the package, or success. The memory of JavaScript is not made scarce: the engine ends the
// process then.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { BpfMap, CollectionSpec, EbpfError, PerfBuf, RingBuf, UserRingBuf } from "../../../lib/index.ts";
import { cgroup2 } from "../../../test/support/cgroup2.ts";
import { testObject } from "../../../test/support/objects.ts";

const MEBIBYTE = 1 << 20;

function vmSize(): number {
  return Number(/^VmSize:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
}

/** Does the work with room for `bytes` more in its address space. */
function withAddressSpace(bytes: number, work: () => unknown): unknown {
  const limit = (value: string) => execFileSync("prlimit", [`--pid=${process.pid}`, `--as=${value}:`]);
  limit(`${vmSize() + bytes}`);
  try {
    return work();
  } finally {
    limit("unlimited");
  }
}

function scene(what: string, work: () => unknown): void {
  try {
    work();
    console.log(JSON.stringify({ what, outcome: "done" }));
  } catch (error) {
    if (error instanceof EbpfError)
      console.log(JSON.stringify({ what, outcome: `${error.code} ${error.errnoName}` }));
    else console.log(JSON.stringify({ what, fault: `${(error as Error).stack}` }));
  }
}

/** Where a cgroup with a limit of memory can be made, and the names of its files: version 1, else version 2. */
function memoryCgroup(): { folder: string; limit: string } {
  const mounts = readFileSync("/proc/self/mounts", "utf8");
  const v1 = /^\S+ (\S+) cgroup \S*\bmemory\b/m.exec(mounts)?.[1];
  const own = (controller: string) =>
    new RegExp(`^\\d+:${controller}:(.*)$`, "m").exec(readFileSync("/proc/self/cgroup", "utf8"))?.[1] ?? "/";
  if (v1 !== undefined) return { folder: path.join(v1, own("memory")), limit: "memory.limit_in_bytes" };
  return { folder: path.join(cgroup2(), own("")), limit: "memory.max" };
}

/** Does the work in a cgroup that may have 160 MB more: enough for JavaScript, which the kernel would end without. */
function inSmallCgroup(work: () => unknown): unknown {
  const { folder, limit } = memoryCgroup();
  const small = path.join(folder, `ebpf-faults-${process.pid}`);
  mkdirSync(small);
  try {
    if (!existsSync(path.join(small, limit))) throw new Error(`no memory controller in ${small}`);
    writeFileSync(path.join(small, limit), `${160 * MEBIBYTE}`);
    writeFileSync(path.join(small, "cgroup.procs"), `${process.pid}`);
    return work();
  } finally {
    writeFileSync(path.join(folder, "cgroup.procs"), `${process.pid}`);
    rmdirSync(small);
  }
}

const big = 256 * MEBIBYTE;
using ring = BpfMap.create({ type: "ringbuf", maxEntries: big });
using userRing = BpfMap.create({ type: "user-ringbuf", maxEntries: big });
using array = BpfMap.create({
  type: "array",
  key: "u32",
  value: "u8[1048576]",
  maxEntries: 256,
  flags: ["mmapable"],
});
using events = CollectionSpec.fromFile(testObject("events/perf")).loadSync();
const samples = events.maps["samples"] as ConstructorParameters<typeof PerfBuf>[0];
const room = 64 * MEBIBYTE;
const create = () => BpfMap.create({ type: "array", key: "u32", value: "u64", maxEntries: big / 8 }).close();

scene("a ring is mapped without room for it", () => withAddressSpace(room, () => new RingBuf(ring).close()));
scene("a user ring is mapped without room for it", () =>
  withAddressSpace(room, () => new UserRingBuf(userRing).close()),
);
scene("perf rings are mapped without room for them", () =>
  withAddressSpace(room, () => new PerfBuf(samples, { bytesPerCpu: big }).close()),
);
scene("the memory of a map is mapped without room for it", () =>
  withAddressSpace(room, () => array.memory()),
);
scene("a map is created without room for it in the cgroup", () => inSmallCgroup(create));
scene("objects are loaded without room for them in the cgroup", () =>
  inSmallCgroup(() => {
    const spec = CollectionSpec.fromFile(testObject("events/ring"));
    for (const map of Object.values(spec.maps)) if (map.type === "ringbuf") map.maxEntries = big;
    spec.loadSync().close();
  }),
);
scene("a ring is mapped with room for it", () => new RingBuf(ring).close());
scene("a map is created with room for it", create);
