import { E2BIG, EINVAL, ENOMEM, ENOTSUPP } from "../errors/errno.ts";
import { kernelConfig } from "../kernel/config.ts";
import { maxStack } from "../kernel/max-stack.ts";
import { pageSize } from "../kernel/page-size.ts";
import { kernelVersion } from "../kernel/version.ts";
import { type MapNumbers, mapProblems } from "../spec/index.ts";
import { refusedField } from "./map-trial.ts";

const giB = 2 ** 30;

/** The reason why the kernel refused to create a map, derived from its sizes and flags. Undefined if none is found. */
export function explainMapRefusal(map: MapNumbers, errno: number): string | undefined {
  if (errno !== EINVAL && errno !== E2BIG && errno !== ENOMEM && errno !== ENOTSUPP) return undefined;
  const problems = mapProblems(map, { maxStack: maxStack(), pageSize: pageSize() });
  if (problems.length > 0) return problems.join("; ");
  if (errno === EINVAL) return newerType(map) ?? fieldProblem(map);
  if (errno === ENOTSUPP) return undefined;
  return keyProblem(map, errno) ?? cpuProblem(map, errno) ?? memoryProblem(map);
}

function newerType({ type }: MapNumbers): string | undefined {
  const number = /^unknown-(\d+)$/.exec(type)?.[1];
  if (number === undefined) return undefined;
  return `Maps of type ${number} are newer than this package, and perhaps newer than this kernel, ${kernelVersion()}`;
}

/** A map of maps cannot be created for a trial without its inner map. */
function fieldProblem(map: MapNumbers): string | undefined {
  if (map.inner !== undefined) return undefined;
  return refusedField({ numaNode: 0, ...map, mapExtra: map.mapExtra ?? 0n });
}

// cpu_map_alloc of the kernel compares with NR_CPUS.
function cpuProblem({ type, maxEntries }: MapNumbers, errno: number): string | undefined {
  if (type !== "cpumap" || errno !== E2BIG) return undefined;
  const most = kernelConfig("CONFIG_NR_CPUS");
  const expected =
    most === undefined ? "at most the CPUs of this machine" : `at most ${most} (CONFIG_NR_CPUS)`;
  return `maxEntries: expected ${expected}, received ${maxEntries}`;
}

// Before Linux 6.2, programs copied keys to their stack.
function keyProblem({ type, keySize }: MapNumbers, errno: number): string | undefined {
  if (errno !== E2BIG || keySize <= 512 || !/hash/.test(type)) return undefined;
  return `keySize: expected at most 512 on this kernel, ${kernelVersion()}, received ${keySize}`;
}

function memoryProblem({ type, keySize, valueSize, maxEntries }: MapNumbers): string {
  const each = keySize + valueSize;
  const total = each === 0 ? maxEntries * (type === "arena" ? pageSize() : 1) : maxEntries * each;
  const size = each === 0 ? inUnits(total) : `${maxEntries} entries of ${each} bytes, ${inUnits(total)}`;
  const limit = total < giB ? " or raise the memory limit of the cgroup" : "";
  return `the kernel cannot allocate the memory (${size}): make maxEntries or the value smaller${limit}`;
}

function inUnits(size: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = Math.min(Math.floor(Math.log2(Math.max(size, 1)) / 10), units.length - 1);
  return `${Number((size / 1024 ** power).toPrecision(3))} ${units[power]}`;
}
