import { readFileSync } from "node:fs";

const devices = "/sys/bus/event_source/devices";

/** The number by which perf_event_open knows a PMU: `kprobe`, `uprobe`, `cpu`; undefined when the kernel has none. */
export function pmuType(name: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(`${devices}/${name}/type`, "utf8"), 10);
  } catch {
    return undefined;
  }
}

/** The bit that makes a return probe of a probe. */
export function retprobeBit(pmu: "kprobe" | "uprobe"): bigint {
  try {
    const format = readFileSync(`${devices}/${pmu}/format/retprobe`, "utf8");
    return 1n << BigInt(/^config:(\d+)/.exec(format)?.[1] ?? 0);
  } catch {
    return 1n;
  }
}
