import { readFileSync } from "node:fs";
import { rethrowUnlessHidden } from "./file-error.ts";

const devices = "/sys/bus/event_source/devices";

/**
 * Returns the number of a PMU for perf_event_open: `kprobe`, `uprobe`, `cpu`; undefined when the kernel lacks it.
 *
 * @throws {@link PermissionError} (EPERM), {@link SystemError} when the read fails for another reason.
 */
export function pmuType(name: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(`${devices}/${name}/type`, "utf8"), 10);
  } catch (cause) {
    rethrowUnlessHidden(`${devices}/${name}/type`, cause);
    return undefined;
  }
}

/** Returns the config bit that turns a probe into a return probe. */
export function retprobeBit(pmu: "kprobe" | "uprobe"): bigint {
  try {
    const format = readFileSync(`${devices}/${pmu}/format/retprobe`, "utf8");
    return 1n << BigInt(/^config:(\d{1,2})\b/.exec(format)?.[1] ?? 0);
  } catch (cause) {
    rethrowUnlessHidden(`${devices}/${pmu}/format/retprobe`, cause);
    return 1n;
  }
}
