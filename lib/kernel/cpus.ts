import { readFileSync } from "node:fs";

/** The CPUs that are online. */
export function onlineCpus(): number[] {
  const cpus: number[] = [];
  for (const range of readFileSync("/sys/devices/system/cpu/online", "utf8").trim().split(",")) {
    const [first = 0, last = first] = range.split("-").map(Number);
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}
