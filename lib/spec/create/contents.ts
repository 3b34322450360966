import type { Item } from "../../asm/index.ts";
import type { Btf } from "../../btf/index.ts";
import type { Description } from "../../codec/index.ts";
import type { MapFlag, MapType } from "../map-types.ts";

/** A map of a new object. */
export interface NewMap {
  /** Map type. */
  type: MapType;
  /** Type of the keys, as for `Map.create`. Map types without keys need none. */
  key?: Description;
  /** Type of the values, as for `Map.create`. */
  value?: Description;
  /** Maximum number of entries. For a ring buffer, bytes. Default 0: the kernel or libbpf chooses or refuses. */
  maxEntries?: number;
  /** BPF_F_* flags. Default: none. */
  flags?: readonly MapFlag[];
  /** `by-name` pins the map below the pin root when it is loaded. Default: no pin. */
  pinning?: "by-name";
  /** `map_extra` of the map type, for example the address of an arena. Default 0. */
  mapExtra?: number | bigint;
  /** Shape of the inner maps. Required by `array-of-maps` and `hash-of-maps`, refused by other types. */
  inner?: Omit<NewMap, "inner" | "pinning">;
}

/** A global variable of a new object. */
export interface NewVariable {
  /** Type of the value. */
  type: Description;
  /** Initial value. Default: zeros. */
  value?: unknown;
  /** Whether the variable is read-only after loading (`.rodata`). Default false. */
  constant?: boolean;
  /** Whether the variable is in the arena. The object then has exactly one map of type `arena`. Default false. */
  arena?: boolean;
}

/** A program of a new object. */
export interface NewProgram {
  /** SEC name: `xdp`, `tracepoint/syscalls/sys_enter_execve`. */
  section: string;
  /** The instructions. A function that the program calls or takes the address of begins at a label with its name. */
  instructions: readonly Item[];
}

/** A struct of callbacks (struct_ops) of a new object. */
export interface NewStructOps {
  /** Name of the kernel's struct: `tcp_congestion_ops`. */
  type: string;
  /** Whether a link registers it (Linux 6.4). Otherwise its map is registered without a link. Default true. */
  link?: boolean;
  /** Members by name: the name of a program for a callback, the value for other members. */
  members: Readonly<Record<string, unknown>>;
}

/** The contents of a new object. */
export interface ObjectContents {
  /** The license. Many helpers require a GPL-compatible license. Default: none. */
  license?: string;
  /** The maps by name. Default: none. */
  maps?: Readonly<Record<string, NewMap>>;
  /** The global variables by name. Default: none. */
  variables?: Readonly<Record<string, NewVariable>>;
  /** The programs by name. Default: none. */
  programs?: Readonly<Record<string, NewProgram>>;
  /** The struct_ops maps by name. They require `kernelBtf`. Default: none. */
  structOps?: Readonly<Record<string, NewStructOps>>;
  /**
   * The BTF that declares the functions, variables and structs of the kernel that the object refers to:
   * `Btf.kernel()`, or `Btf.module(name)`. Default: none.
   */
  kernelBtf?: Btf;
}
