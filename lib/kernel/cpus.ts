import { readKernelFile } from "./read-file.ts";

/**
 * Returns the online CPUs.
 *
 * @throws {@link SystemError} when sysfs cannot be read.
 */
export function onlineCpus(): number[] {
  const cpus: number[] = [];
  for (const range of readKernelFile("/sys/devices/system/cpu/online").trim().split(",")) {
    const [first = 0, last = first] = range.split("-").map(Number);
    for (let cpu = first; cpu <= last; cpu++) cpus.push(cpu);
  }
  return cpus;
}
