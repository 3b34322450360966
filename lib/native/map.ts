import type { MapFields } from "../spec/index.ts";
import type { Handle, Status } from "./handle.ts";

/** Properties of a map (struct bpf_map_info). */
export interface NativeMapInfo extends Omit<NativeMapFields, "numaNode"> {
  id: number;
  name: string;
  btfId: number;
  btfKeyType: number;
  btfValueType: number;
  btfVmlinuxValueType: number;
  /** The bytes that the kernel copies for one value; for a per-CPU map, those of all possible CPUs. */
  valueSpace: number;
}

/** The fields of a new map, which native/map_fields.h reads. */
export interface NativeMapFields extends Writable<Omit<MapFields, "type">> {
  type: number;
  ifindex: number;
}

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

export interface NativeMapOptions extends Partial<NativeMapFields> {
  type: number;
  name: string;
  keySize: number;
  valueSize: number;
  maxEntries: number;
  /** A map with the shape of the inner maps of a map of maps. */
  inner?: Handle;
  /** The hash of the only program that may use the map. */
  exclusiveProgram?: Uint8Array;
  /** Raw BTF with the types of the key and the value. */
  btf?: Uint8Array;
  btfKeyType?: number;
  btfValueType?: number;
  /** Fail when the kernel rejects the BTF, instead of creating the map without BTF. */
  btfRequired?: boolean;
}

/** The operations of `mapBatch` (native/map_batch.cc). */
export const batchOperation = { lookup: 0, lookupAndDelete: 1, update: 2, delete: 3 } as const;

/** Added to an operation to process entry by entry, for kernels without batches. */
export const singly = 4;

/** A negative errno, or undefined for success: undefined is cheaper to return from C++ than 0. */
export type ElementStatus = Status | undefined;

/** native/map*.cc. Keys and values are passed in the scratch buffer, whose layout native/map.h defines. */
export interface NativeMap {
  mapLookup(map: Handle, flags?: number): ElementStatus;
  mapUpdate(map: Handle, flags?: number): ElementStatus;
  mapDelete(map: Handle): ElementStatus;
  mapLookupAndDelete(map: Handle, flags?: number): ElementStatus;
  /** `first` is 1 to start at the first key; omit it to continue after the key in the key region. */
  mapNextKey(map: Handle, first?: 1): ElementStatus;
  /** `control` is described in native/map_batch.cc. */
  mapBatch(
    map: Handle,
    operation: number,
    keys: Uint8Array | null,
    values: Uint8Array | null,
    control: Uint8Array,
    flags: number,
  ): Status;

  mapClose(map: Handle): void;
  mapScratch(map: Handle): ArrayBuffer;
  /** The memory of a BPF_F_MMAPABLE array, detached when the map is closed. */
  mapMemory(map: Handle, writable: boolean): ArrayBuffer | Status;
  /** Returns the address of the memory, as in pointers within it. Call it after `mapMemory`. */
  mapMemoryAddress(map: Handle): bigint;
  mapInfo(map: Handle): NativeMapInfo;
  mapFd(map: Handle): number;
  mapFreeze(map: Handle): Status;
  mapPin(map: Handle, path: string): Status;
  mapCreate(options: NativeMapOptions): Handle;
  /** `flags`: BPF_F_RDONLY or BPF_F_WRONLY. */
  mapFromId(id: number, flags: number): Handle;
  mapFromPin(path: string, flags: number): Handle;
  /** Duplicates the descriptor. */
  mapFromFd(fd: number): Handle;
  /** Another handle of the map, with libbpf's struct. */
  mapClone(map: Handle): Handle;
  mapNextId(id: number): number;
  possibleCpus(): number;
  /** Returns a new descriptor of a process, or a negative errno. */
  processFd(pid: number): number;
}
