import { lockedMemoryRemedy, memoryRemedy } from "../kernel/locked-memory.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import { environmentRemedy } from "../native/environment.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";

/** Possible reasons for EPERM when no capability is missing. */
export function deniedRemedy(log: string, spec?: ObjectSpec): string | undefined {
  // The kernel limited locked memory until Linux 5.11 (80ee81e0403c). libbpf prints the hint for every EPERM.
  const limit = kernelAtLeast("5.11")
    ? undefined
    : /try raising 'ulimit -l'\? current value: (.+)/.exec(log)?.[1];
  const memory = limit === undefined ? memoryRemedy() : lockedMemoryRemedy(limit.trim());
  const remedy = limit === undefined ? environmentRemedy() : memory;
  if (remedy === undefined || remedy !== memory) return remedy;
  const [largest] = Object.values(spec?.maps ?? {}).sort((a, b) => memoryOf(b) - memoryOf(a));
  return largest === undefined
    ? remedy
    : `${remedy}. The largest map, "${largest.name}", has ${largest.maxEntries} entries of ${largest.keySize + largest.valueSize} bytes`;
}

function memoryOf({ keySize, valueSize, maxEntries }: MapSpec): number {
  return (keySize + valueSize) * maxEntries;
}
