import type { Handle } from "./handle.ts";
import type { NativeMapFields } from "./map.ts";

/** Edits of a map. Absent fields keep the value of the object. */
export interface NativeMapEdit extends Partial<NativeMapFields> {
  name: string;
  autocreate?: boolean;
  /** An empty path: do not pin. */
  pinPath?: string;
  /** Contents of the whole data section. */
  contents?: Uint8Array;
  /** The only program that may use the map. */
  exclusiveProgram?: string;
  /** Use this map instead of creating one. */
  replaceWith?: Handle;
  /** The shape of the inner maps of a map of maps. Its name has no effect. */
  inner?: NativeMapEdit;
}

export interface NativeProgramEdit {
  name: string;
  autoload?: boolean;
  type?: number;
  attachType?: number;
  flags?: number;
  logLevel?: number;
  /** Kernel function, or function of `attachProgram`. */
  attachTo?: string;
  attachProgram?: Handle;
}

export interface NativeLoadRequest {
  bytes: Uint8Array;
  name: string;
  pinRoot?: string;
  btfPath?: string;
  kconfig?: string;
  tokenPath?: string;
  logLevel?: number;
  /** The checksum that the bytes must have. */
  checksum?: number;
  /** Every map and program. An unedited one is given by its name only. */
  maps: (string | NativeMapEdit)[];
  programs: (string | NativeProgramEdit)[];
}

export interface NativeLoaded {
  object: Handle;
  log: string;
  /** The maps that exist, by name. */
  maps: [name: string, Handle][];
  programs: [name: string, Handle][];
  /** Offset of the variables in the arena, in bytes. */
  arenaVariablesAt: number;
}

/** Results of libbpf's object parser, which the tests compare with our parsers. */
export interface NativeInspection {
  maps: (Omit<NativeMapFields, "ifindex"> & {
    name: string;
    pinPath: string | null;
    autocreate: boolean;
    /** .data, .rodata, .bss, .kconfig and the like. */
    internal: boolean;
    keyType: number;
    valueType: number;
    contents: Uint8Array | null;
    /** The variables of a data section. */
    variables: { name: string; offset: number; size: number; type: number; isStatic: boolean }[];
  })[];
  programs: {
    name: string;
    section: string;
    type: number;
    attachType: number;
    autoload: boolean;
    autoattach: boolean;
    flags: number;
    instructions: number;
  }[];
}

/** native/object.cc */
export interface NativeObject {
  /** Loads on a thread of the pool. */
  load(request: NativeLoadRequest): Promise<NativeLoaded>;
  loadSync(request: NativeLoadRequest): NativeLoaded;
  objectClose(object: Handle): void;
  objectInspect(bytes: Uint8Array, name?: string): NativeInspection;
}
