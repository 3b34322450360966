import type { Btf, TypeId } from "../btf/index.ts";
import type { RecordRule } from "../codec/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import type { BufferRecords } from "../records/index.ts";
import { uniqueTypeName } from "./find-type.ts";
import type { MapType } from "./map-types.ts";

/** Types of records in one buffer, by their names in C, and their discriminator. */
export interface KnownRecordKinds {
  readonly types: ReadonlyMap<string, TypeId>;
  readonly rule: RecordRule;
}

/** Undefined if the records have one type, or their types cannot be distinguished. */
export function recordKinds(
  { types, discriminator }: BufferRecords,
  buffer: MapType,
  btf: Btf,
): KnownRecordKinds | undefined {
  if (discriminator === undefined) return undefined;
  const named = new Map<string, TypeId>();
  for (const { type } of types) {
    const name = uniqueTypeName(btf, type);
    if (name !== undefined) named.set(name, type);
  }
  if (named.size < types.length) return undefined;
  const { by } = discriminator;
  const numbers = by === "value" ? discriminator.values : discriminator.sizes;
  const seen = (size: number): number =>
    by === "size" && buffer === "perf-event-array" ? padded(size) : size;
  const byName = Object.fromEntries(
    Array.from(named, ([name, type]) => [name, [...new Set((numbers.get(type) ?? []).map(seen))]]),
  );
  const all = Object.values(byName).flat();
  if (new Set(all).size < all.length) return undefined;
  const rule: RecordRule =
    by === "value"
      ? { by, offset: discriminator.offset, size: discriminator.size, values: byName }
      : { by, sizes: byName };
  return { types: named, rule };
}

/** The size of a record in a perf buffer: with the four bytes of the size field, a multiple of eight. */
function padded(size: number): number {
  return roundUpTo8(size + 4) - 4;
}
