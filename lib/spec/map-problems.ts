import type { MapFields } from "./map-fields.ts";
import { mapKind, type Sizes } from "./map-kinds.ts";
import { isRingBuffer, type MapFlag, type MapType, mapFlags } from "./map-types.ts";

/** The definition of a map. A MapSpec has all fields. */
export interface MapNumbers extends Omit<MapFields, "numaNode" | "mapExtra"> {
  readonly mapExtra?: bigint | undefined;
  /** The inner map of a map of maps. */
  readonly inner?: object | undefined;
}

/** Limits of a machine. Absent limits are not checked. */
export interface MapLimits {
  /** The sysctl kernel.perf_event_max_stack. */
  readonly maxStack?: number | undefined;
  readonly pageSize?: number | undefined;
}

/**
 * Returns the numbers of a map that no kernel accepts: `maxEntries: expected 1 or more, received 0`. Empty if no
 * problem is known. It explains a refusal (EINVAL, E2BIG) and does not replace the kernel's decision.
 *
 * Type `perf-event-array` is checked as the kernel sees it, after libbpf has filled in sizes and entries.
 */
export function mapProblems(map: MapNumbers, limits: MapLimits = {}): string[] {
  const kind = mapKind(map.type);
  return [
    sizeProblem("keySize", map.keySize, kind?.keySize),
    sizeProblem("valueSize", map.valueSize, kind?.valueSize),
    sizeProblem("maxEntries", map.maxEntries, kind?.maxEntries),
    flagProblem(map, kind?.flag),
    lruProblem(map),
    ringProblem(map, limits.pageSize),
    stackProblem(map, limits.maxStack ?? Number.POSITIVE_INFINITY),
    bloomProblem(map),
    innerProblem(map),
  ].filter((problem) => problem !== undefined);
}

function sizeProblem(field: string, size: number, sizes: Sizes | undefined): string | undefined {
  if (sizes === undefined || sizes.fits(size)) return undefined;
  return `${field}: expected ${sizes.expected}, received ${size}`;
}

function flagProblem({ flags }: MapNumbers, flag: MapFlag | undefined): string | undefined {
  if (flag === undefined || hasFlag(flags, flag)) return undefined;
  return `flags: expected "${flag}" (BPF_F_${flag.replaceAll("-", "_").toUpperCase()}) among them`;
}

function hasFlag(flags: number, flag: MapFlag): boolean {
  return (flags & mapFlags[flag]) !== 0;
}

function lruProblem({ type, flags }: MapNumbers): string | undefined {
  const isLru = type === "lru-hash" || type === "lru-percpu-hash";
  if (isLru && hasFlag(flags, "no-prealloc"))
    return 'flags: a map that forgets entries cannot have "no-prealloc"';
  if (!isLru && hasFlag(flags, "no-common-lru")) {
    return 'flags: "no-common-lru" is for maps of type lru-hash and lru-percpu-hash';
  }
  return undefined;
}

function ringProblem({ type, maxEntries }: MapNumbers, pageSize: number | undefined): string | undefined {
  if (!isRingBuffer(type) || pageSize === undefined || maxEntries === 0) return undefined;
  if (maxEntries % pageSize === 0 && Number.isInteger(Math.log2(maxEntries))) return undefined;
  return `maxEntries: expected a power of two and a multiple of ${pageSize} (bytes), received ${maxEntries}`;
}

function stackProblem({ type, valueSize, flags }: MapNumbers, maxStack: number): string | undefined {
  if (type !== "stack-trace" || valueSize === 0) return undefined;
  const frame = hasFlag(flags, "stack-build-id") ? 32 : 8;
  if (valueSize % frame !== 0) {
    return `valueSize: expected a multiple of ${frame} (one frame of a stack), received ${valueSize}`;
  }
  if (valueSize / frame <= maxStack) return undefined;
  return (
    `valueSize: expected at most ${maxStack * frame} (${maxStack} frames, the sysctl kernel.perf_event_max_stack), ` +
    `received ${valueSize}`
  );
}

function bloomProblem({ type, mapExtra = 0n }: MapNumbers): string | undefined {
  if (type !== "bloom-filter" || (mapExtra >= 0n && mapExtra <= 15n)) return undefined;
  return `mapExtra: expected 0 to 15 (hash functions), received ${mapExtra}`;
}

function innerProblem({ type, inner }: MapNumbers): string | undefined {
  if (type !== "array-of-maps" && type !== "hash-of-maps") return undefined;
  if (inner === undefined) return "inner: expected the shape of the maps inside, received nothing";
  const { type: innerType } = inner as { type?: MapType };
  if (innerType !== "array-of-maps" && innerType !== "hash-of-maps") return undefined;
  return `inner: expected a map that holds no maps, received one of type ${innerType}`;
}
