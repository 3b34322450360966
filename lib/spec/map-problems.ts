import { isRingBuffer, type MapFlag, type MapType, mapFlags } from "./map-types.ts";

/** What a map is made from. A MapSpec has all of it. */
export interface MapNumbers {
  readonly type: MapType;
  readonly keySize: number;
  /** Bytes; of a per-CPU map, those of one CPU. */
  readonly valueSize: number;
  readonly maxEntries: number;
  /** BPF_F_* */
  readonly flags: number;
  readonly mapExtra?: bigint | undefined;
  /** Of a map of maps: what those inside look like. */
  readonly inner?: object | undefined;
}

/** What a machine allows. What is absent is not looked at. */
export interface MapLimits {
  /** The sysctl kernel.perf_event_max_stack. */
  readonly maxStack?: number | undefined;
  readonly pageSize?: number | undefined;
}

interface Rule {
  readonly key?: Sizes;
  readonly value?: Sizes;
  readonly entries?: Sizes;
  /** The kernel insists on it. */
  readonly flag?: MapFlag;
}

interface Sizes {
  readonly expected: string;
  fits(size: number): boolean;
}

const none: Sizes = { expected: "0", fits: (size) => size === 0 };
const some: Sizes = { expected: "1 or more", fits: (size) => size > 0 };

function oneOf(...sizes: number[]): Sizes {
  return { expected: sizes.join(" or "), fits: (size) => sizes.includes(size) };
}

function between(least: number, most: number): Sizes {
  return { expected: `${least} to ${most}`, fits: (size) => size >= least && size <= most };
}

/** PCPU_MIN_UNIT_SIZE: what the kernel's per-CPU allocator gives out at most. */
const PER_CPU_BYTES = 32_768;

const anything: Rule = { key: some, value: some, entries: some };
const indexed: Rule = { key: oneOf(4), value: some, entries: some };
const descriptors: Rule = { key: oneOf(4), value: oneOf(4), entries: some };
const sockets: Rule = { key: oneOf(4), value: oneOf(4, 8), entries: some };
const keyless: Rule = { key: none, value: some, entries: some };
const ring: Rule = { key: none, value: none, entries: some };
const ownerStorage: Rule = { key: oneOf(4), value: some, entries: none, flag: "no-prealloc" };
const cgroupStorage: Rule = { key: oneOf(8, 16), value: some, entries: none };

const rules: Partial<Record<MapType, Rule>> = {
  hash: anything,
  "lru-hash": anything,
  "percpu-hash": { ...anything, value: between(1, PER_CPU_BYTES) },
  "lru-percpu-hash": { ...anything, value: between(1, PER_CPU_BYTES) },
  array: indexed,
  "percpu-array": { ...indexed, value: between(1, PER_CPU_BYTES) },
  "prog-array": descriptors,
  "perf-event-array": descriptors,
  "cgroup-array": descriptors,
  "array-of-maps": descriptors,
  "hash-of-maps": { ...anything, value: oneOf(4) },
  "stack-trace": indexed,
  "lpm-trie": { key: between(5, 260), value: some, entries: some, flag: "no-prealloc" },
  devmap: sockets,
  "devmap-hash": sockets,
  cpumap: sockets,
  xskmap: descriptors,
  sockmap: sockets,
  sockhash: { ...anything, value: oneOf(4, 8) },
  "reuseport-sockarray": sockets,
  "cgroup-storage": cgroupStorage,
  "percpu-cgroup-storage": cgroupStorage,
  queue: keyless,
  stack: keyless,
  "bloom-filter": keyless,
  ringbuf: ring,
  "user-ringbuf": ring,
  "sk-storage": ownerStorage,
  "inode-storage": ownerStorage,
  "task-storage": ownerStorage,
  "cgrp-storage": ownerStorage,
  arena: { ...ring, flag: "mmapable" },
};

/**
 * What about the numbers of a map no kernel accepts: `maxEntries: expected 1 or more, received 0`. Empty when nothing
 * is known to be wrong. It explains a refusal (EINVAL, E2BIG); it does not replace the kernel's decision.
 *
 * Type `perf-event-array` is checked as the kernel sees it, after libbpf has filled in sizes and entries.
 */
export function mapProblems(map: MapNumbers, limits: MapLimits = {}): string[] {
  const rule = Object.hasOwn(rules, map.type) ? (rules[map.type] as Rule) : {};
  return [
    sizeProblem("keySize", map.keySize, rule.key),
    sizeProblem("valueSize", map.valueSize, rule.value),
    sizeProblem("maxEntries", map.maxEntries, rule.entries),
    flagProblem(map, rule.flag),
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
