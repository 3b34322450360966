import { BtfBuilder } from "../btf/index.ts";
import type { MapType } from "../spec/index.ts";
import type { MapCodecs } from "./kinds.ts";

/** The types of the keys and values, as the kernel takes them. */
export interface MapBtf {
  btf: Uint8Array;
  btfKeyType: number;
  btfValueType: number;
}

const withTypes = new Set<MapType>(["sk-storage", "inode-storage", "task-storage", "cgrp-storage"]);

/**
 * Returns BTF for a new map of a type that requires it: a 32-bit key and a value of the given size. Undefined for other
 * types.
 */
export function storageBtf(type: MapType, types: MapCodecs): MapBtf | undefined {
  if (!withTypes.has(type) || types.value === undefined) return undefined;
  const builder = new BtfBuilder();
  const key = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  const byte = builder.add({ kind: "int", name: "unsigned char", size: 1 });
  const value = builder.add({ kind: "array", type: byte, indexType: key, length: types.value.size });
  return { btf: builder.encode(), btfKeyType: key, btfValueType: value };
}
