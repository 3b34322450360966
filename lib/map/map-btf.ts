import { BtfBuilder, type TypeId } from "../btf/index.ts";
import { i32 } from "../codec/index.ts";
import { typeOf } from "../spec/create/type-of.ts";
import type { MapType } from "../spec/index.ts";
import type { MapCodecs } from "./kinds.ts";

/** The types of the keys and values, in the form that the kernel accepts. */
export interface MapBtf {
  btf: Uint8Array;
  btfKeyType: number;
  btfValueType: number;
}

const storages = new Set<MapType>(["sk-storage", "inode-storage", "task-storage", "cgrp-storage"]);
// The kernel refuses BTF for most other types, whose values are descriptors.
const withTypes = new Set<MapType>([
  "hash",
  "lru-hash",
  "percpu-hash",
  "lru-percpu-hash",
  "array",
  "percpu-array",
  "lpm-trie",
  ...storages,
]);

/**
 * Returns BTF for a new map, so that bpftool and `Map.fromId` can show its types. Undefined for a type of map whose BTF
 * the kernel refuses.
 */
export function mapBtf(type: MapType, { key, value }: MapCodecs): MapBtf | undefined {
  if (!withTypes.has(type) || key === undefined || value === undefined) return undefined;
  const builder = new BtfBuilder();
  // The key of a storage map is a descriptor, whatever its codec accepts.
  const keyType = storages.has(type)
    ? typeOf(builder, i32)
    : type === "lpm-trie"
      ? trieKey(builder, key.size)
      : typeOf(builder, key);
  const valueType = typeOf(builder, value);
  return { btf: builder.encode(), btfKeyType: keyType, btfValueType: valueType };
}

/** The kernel accepts only a struct. */
function trieKey(builder: BtfBuilder, size: number): TypeId {
  return builder.add({
    kind: "struct",
    name: "bpf_lpm_trie_key",
    size,
    members: [
      {
        name: "prefixlen",
        type: { kind: "int", name: "unsigned int", size: 4 },
        bitOffset: 0,
      },
      {
        name: "data",
        type: { kind: "array", type: { kind: "int", name: "unsigned char", size: 1 }, length: size - 4 },
        bitOffset: 32,
      },
    ],
  });
}
