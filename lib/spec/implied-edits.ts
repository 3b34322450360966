import { isRingBuffer, type MapType, mapFlags } from "./map-types.ts";

/** The properties of a map that imply edits. */
export interface EditedMap {
  readonly type: MapType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly flags: number;
  /** Whether its definition names the type of its records. */
  readonly hasRecordType: boolean;
  /** Whether it is a data section with named variables, none of which the kernel manages. */
  readonly hasVariables: () => boolean;
}

/** Edits that loading makes to a map of any object. */
export interface ImpliedEdits {
  readonly keySize?: number;
  readonly valueSize?: number;
  readonly flags?: number;
}

/** The edits that every load makes to a map because libbpf or the kernel reject or restrict it otherwise. */
export function impliedEdits(map: EditedMap): ImpliedEdits | undefined {
  return sizesOfBuffer(map) ?? flagsOfSection(map);
}

// `__type(value, struct event)` is the type of the records. The kernel accepts no value size for a ring, and only the
// size of a descriptor for a perf event array.
function sizesOfBuffer({ type, keySize, valueSize, hasRecordType }: EditedMap): ImpliedEdits | undefined {
  if (isRingBuffer(type)) return keySize !== 0 || valueSize !== 0 ? { keySize: 0, valueSize: 0 } : undefined;
  return type === "perf-event-array" && hasRecordType ? { keySize: 4, valueSize: 4 } : undefined;
}

// libbpf does not make sections of static variables mappable, so this adds the flag. libbpf removes the flag if the
// kernel does not support it. The kernel maps no section with locks, lists or trees (-ENOTSUPP).
function flagsOfSection({ type, flags, hasVariables }: EditedMap): ImpliedEdits | undefined {
  if (type !== "array" || (flags & mapFlags.mmapable) !== 0 || !hasVariables()) return undefined;
  return { flags: flags | mapFlags.mmapable };
}
