import type { MapType } from "../spec/index.ts";
import type { MapTypes } from "./kinds.ts";

/** The types of a map as the kernel takes them. */
export interface MapBtf {
  btf: Uint8Array;
  btfKeyType: number;
  btfValueType: number;
}

const MAGIC = 0xeb9f;
const HEADER = 24;
const KIND_INT = 1;
const KIND_ARRAY = 3;
const SIGNED = 1 << 24;

const withTypes = new Set<MapType>(["sk-storage", "inode-storage", "task-storage", "cgrp-storage"]);

/**
 * BTF for a new map where the kernel insists on it: a key of 32 bits, a value of so many bytes. Undefined elsewhere.
 */
export function btfOf(type: MapType, types: MapTypes): MapBtf | undefined {
  if (!withTypes.has(type) || types.value === undefined) return undefined;
  const strings = Buffer.from("\0int\0unsigned char\0");
  const int = (name: number, size: number, encoding: number): number[] => [
    name,
    KIND_INT << 24,
    size,
    encoding | (size * 8),
  ];
  const words = [
    // 1: int
    ...int(1, 4, SIGNED),
    // 2: unsigned char
    ...int(5, 1, 0),
    // 3: unsigned char[size]
    ...[0, KIND_ARRAY << 24, 0, 2, 1, types.value.size],
  ];
  const bytes = Buffer.alloc(HEADER + words.length * 4 + strings.length);
  const out = new Uint32Array(bytes.buffer, bytes.byteOffset, 6 + words.length);
  new Uint16Array(bytes.buffer, bytes.byteOffset, 1)[0] = MAGIC;
  bytes[2] = 1;
  out.set([HEADER, 0, words.length * 4, words.length * 4, strings.length, ...words], 1);
  strings.copy(bytes, HEADER + words.length * 4);
  return { btf: bytes, btfKeyType: 1, btfValueType: 3 };
}
