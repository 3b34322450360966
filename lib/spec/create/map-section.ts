import type { BtfBuilder, TypeId } from "../../btf/index.ts";
import { codecFrom, type Description } from "../../codec/index.ts";
import type { NewSymbol } from "../../elf/index.ts";
import { InvalidArgumentError } from "../../errors/index.ts";
import { isMapInMap, mapFlagBits, mapTypeNumber } from "../map-types.ts";
import type { NewMap } from "./contents.ts";
import { checkName, objectSymbol } from "./symbols.ts";
import { typeOf } from "./type-of.ts";

interface Member {
  readonly name: string;
  readonly type: TypeId;
}

const INTEGER_MAX = 0xffff_ffff;

/** The section of map definitions. Undefined when there are no maps. */
export function mapSection(
  builder: BtfBuilder,
  maps: Readonly<Record<string, NewMap>>,
): { readonly bytes: Uint8Array; readonly symbols: readonly NewSymbol[] } | undefined {
  const entries = Object.entries(maps);
  if (entries.length === 0) return undefined;
  const vars: { type: TypeId; offset: number; size: number }[] = [];
  const symbols: NewSymbol[] = [];
  let end = 0;
  for (const [name, map] of entries) {
    checkName(name, "map");
    const members = membersOf(builder, name, map);
    const type = structOf(builder, [...members, ...innerMember(builder, name, map)], members.length * 8);
    const size = members.length * 8;
    vars.push({ type: builder.add({ kind: "var", name, type }), offset: end, size });
    symbols.push(objectSymbol(name, ".maps", end, size));
    end += size;
  }
  builder.add({ kind: "datasec", name: ".maps", size: end, vars });
  return { bytes: new Uint8Array(end), symbols };
}

// A map definition is a struct of pointers.
function structOf(builder: BtfBuilder, members: readonly Member[], size: number): TypeId {
  return builder.add({
    kind: "struct",
    size,
    members: members.map((member, i) => ({ ...member, bitOffset: i * 64 })),
  });
}

// `struct inner *values[]`, which has no size.
function innerMember(builder: BtfBuilder, name: string, { type, inner }: NewMap): Member[] {
  if (inner === undefined && !isMapInMap(type)) return [];
  if (inner === undefined) {
    throw new InvalidArgumentError(
      `inner of map "${name}": expected the shape of the inner maps, received none`,
    );
  }
  if (!isMapInMap(type)) {
    throw new InvalidArgumentError(`inner of map "${name}": a map of type ${type} has no inner maps`);
  }
  const members = membersOf(builder, `${name}.inner`, inner);
  const pointer = { kind: "ptr", type: structOf(builder, members, members.length * 8) } as const;
  return [{ name: "values", type: builder.add({ kind: "array", type: pointer, length: 0 }) }];
}

function membersOf(builder: BtfBuilder, name: string, map: NewMap): Member[] {
  const int = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  // libbpf reads a number from the length of an array that a pointer points to.
  const number = (what: string, value: number): Member => ({
    name: what,
    type: builder.add({ kind: "ptr", type: { kind: "array", type: int, length: value } }),
  });
  const pointer = (what: string, type: Description): Member => ({
    name: what,
    type: builder.add({ kind: "ptr", type: typeOf(builder, codecFrom(type)) }),
  });
  const flags = mapFlagBits(map.flags ?? []);
  const hasIndex = /array(-of-maps)?$/.test(map.type) && map.key === undefined;
  return [
    number("type", mapTypeNumber(map.type)),
    ...(map.maxEntries === undefined ? [] : [number("max_entries", map.maxEntries)]),
    ...(flags === 0 ? [] : [number("map_flags", flags)]),
    ...(map.mapExtra === undefined ? [] : [mapExtra(builder, name, map.mapExtra, number)]),
    ...(map.pinning === "by-name" ? [number("pinning", 1)] : []),
    ...(map.key !== undefined ? [pointer("key", map.key)] : hasIndex ? [pointer("key", "u32")] : []),
    ...(map.value === undefined ? [] : [pointer("value", map.value)]),
  ];
}

// libbpf reads numbers of more than 32 bits from the only value of a 64-bit enum.
function mapExtra(
  builder: BtfBuilder,
  map: string,
  value: number | bigint,
  number: (what: string, value: number) => Member,
): Member {
  const name = "map_extra";
  if (value <= INTEGER_MAX) return number(name, Number(value));
  const values = [{ name: `${map}_${name}`, value: BigInt(value) }];
  return { name, type: builder.add({ kind: "enum64", signed: false, values }) };
}
