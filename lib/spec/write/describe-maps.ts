import { Btf, BtfBuilder, type BtfDescription, type BtfReference, type TypeId } from "../../btf/index.ts";
import type { MapSpec } from "../map-spec.ts";
import { mapTypeNumber } from "../map-types.ts";

interface Entry {
  readonly type: TypeId;
  readonly offset: number;
  readonly size: number;
}

/** A map and the offset of its definition in the new `.maps` section. */
export interface PlacedMap {
  readonly map: MapSpec;
  readonly offset: number;
}

/** The new `.maps` section. */
export interface MapsSection {
  /** The maps that get a definition. */
  readonly placed: readonly PlacedMap[];
  /** The maps that `.maps` had before. They keep their definition. */
  readonly kept: readonly { readonly name: string; readonly offset: number }[];
  /** Bytes. */
  readonly size: number;
  /** The size in bytes of a new definition. */
  readonly entrySize: number;
}

/**
 * The BTF of an object with new definitions of some of its maps, as libbpf reads them from `.maps`. Types keep their IDs, and strings their offsets.
 *
 * @param replaced - The names of the sections whose variables are described anew.
 */
export function describeMaps(
  btf: Uint8Array | undefined,
  littleEndian: boolean,
  replaced: ReadonlySet<string>,
  { placed, kept, size, entrySize }: MapsSection,
): Uint8Array {
  const old = btf && Btf.parse(btf);
  const builder = old === undefined ? new BtfBuilder({ littleEndian }) : BtfBuilder.from(old);
  const known = new Map<string, Entry>();
  for (const type of old?.types() ?? []) {
    if (type.kind !== "datasec" || !replaced.has(type.name)) continue;
    for (const entry of type.vars) known.set(old?.type(entry.type).name ?? "", entry);
    builder.replace(type.id, { kind: "const", type: 0 });
  }
  const vars: Entry[] = [];
  for (const { name, offset } of kept) {
    const entry = known.get(name);
    if (entry !== undefined) vars.push({ ...entry, offset });
  }
  for (const { map, offset } of placed) {
    const type = builder.add({ kind: "var", name: map.name, type: definition(map, entrySize) });
    vars.push({ type, offset, size: entrySize });
  }
  vars.sort((a, b) => a.offset - b.offset);
  builder.add({ kind: "datasec", name: ".maps", size, vars });
  return builder.encode();
}

function definition(map: MapSpec, size: number): BtfDescription {
  const { keySize, valueSize } = map.edits() ?? {};
  const attributes: [name: string, type: BtfReference][] = [
    ["type", number(mapTypeNumber(map.type))],
    ["max_entries", number(map.maxEntries)],
    ["map_flags", number(map.flagBits)],
    map.key === undefined || keySize !== undefined
      ? ["key_size", number(map.keySize)]
      : ["key", pointer(map.key)],
    map.value === undefined || valueSize !== undefined
      ? ["value_size", number(map.valueSize)]
      : ["value", pointer(map.value)],
  ];
  if (map.numaNode !== 0) attributes.push(["numa_node", number(map.numaNode)]);
  if (map.mapExtra !== 0n) attributes.push(["map_extra", number(Number(map.mapExtra))]);
  if (map.pinning === "by-name") attributes.push(["pinning", number(1)]);
  const members = attributes.map(([name, type], i) => ({ name, type, bitOffset: i * 64 }));
  return { kind: "struct", size, members };
}

/** `__uint(name, n)`: a pointer to an array of n elements. */
function number(length: number): BtfDescription {
  return pointer({ kind: "array", type: { kind: "int", name: "unsigned char", size: 1 }, length });
}

function pointer(type: BtfReference): BtfDescription {
  return { kind: "ptr", type };
}
