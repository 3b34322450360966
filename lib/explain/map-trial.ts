import { pageSize } from "../kernel/page-size.ts";
import { native } from "../native/addon.ts";
import { isNativeError } from "../native/handle.ts";
import type { NativeMapOptions } from "../native/map.ts";
import { isRingBuffer, type MapFields, type MapFlag, mapFlags, mapTypeNumber } from "../spec/index.ts";

/**
 * Finds the field of a map that the kernel refuses, by creating a small map without flags, without `mapExtra` or on any
 * NUMA node. Undefined if the kernel refuses each of these too.
 */
export function refusedField(map: MapFields): string | undefined {
  const small = { ...map, maxEntries: smallSize(map) };
  // If the kernel creates the small map, the size was the reason, and not these fields.
  if (creates(small)) return undefined;
  const { type, flags, numaNode, mapExtra } = map;
  if (mapExtra !== 0n && creates({ ...small, mapExtra: 0n }))
    return `mapExtra: expected 0 for maps of type "${type}" on this kernel, received ${mapExtra}`;
  if (
    hasFlag(flags, "numa-node") &&
    creates({ ...small, flags: flags & ~mapFlags["numa-node"], numaNode: 0 })
  )
    return `numaNode: expected a NUMA node of this machine, received ${numaNode}`;
  const refused = bitsOf(flags).filter((bit) => creates({ ...small, flags: flags & ~bit }));
  const names = refused.map(flagName);
  if (names.length > 1) return `flags: ${names.join(" and ")} exclude each other`;
  if (names.length === 1) return `flags: this kernel creates no maps of type "${type}" with ${names[0]}`;
  if (flags !== 0 && creates({ ...small, flags: 0 }))
    return `flags: this kernel creates no maps of type "${type}" with ${bitsOf(flags).map(flagName).join(" and ")}`;
  return undefined;
}

/** A map with few entries costs little memory. The size of ring buffers and arenas is in bytes and in pages. */
function smallSize({ type, maxEntries }: MapFields): number {
  return Math.min(maxEntries, isRingBuffer(type) ? pageSize() : 1);
}

function creates({ type, keySize, valueSize, maxEntries, flags, numaNode, mapExtra }: MapFields): boolean {
  const options: NativeMapOptions = {
    type: mapTypeNumber(type),
    name: "",
    keySize,
    valueSize,
    maxEntries,
    flags: flags >>> 0,
    ...(mapExtra !== 0n && { mapExtra }),
    ...(hasFlag(flags, "numa-node") && { numaNode }),
  };
  try {
    native().mapClose(native().mapCreate(options));
    return true;
  } catch (error) {
    if (isNativeError(error)) return false;
    throw error;
  }
}

function hasFlag(flags: number, flag: MapFlag): boolean {
  return (flags & mapFlags[flag]) !== 0;
}

function bitsOf(flags: number): number[] {
  return Array.from({ length: 32 }, (_, bit) => (1 << bit) >>> 0).filter((bit) => (flags & bit) !== 0);
}

function flagName(bit: number): string {
  const known = Object.entries(mapFlags).find(([, value]) => value === bit);
  return known === undefined ? `0x${bit.toString(16)}` : `"${known[0]}"`;
}
