import type { Handle } from "./handle.ts";

/** Absent fields are left as the object has them. */
export interface NativeMapEdit {
  name: string;
  type?: number;
  keySize?: number;
  valueSize?: number;
  maxEntries?: number;
  flags?: number;
  numaNode?: number;
  ifindex?: number;
  mapExtra?: bigint;
  autocreate?: boolean;
  /** Empty: do not pin. */
  pinPath?: string;
  /** The whole data section. */
  contents?: Uint8Array;
  /** Use this map instead of making one. */
  reuse?: Handle;
  /** Of the prototype of the maps inside a map of maps; its name does not matter. */
  inner?: NativeMapEdit;
}

export interface NativeProgramEdit {
  name: string;
  autoload?: boolean;
  type?: number;
  attachType?: number;
  flags?: number;
  ifindex?: number;
  logLevel?: number;
  /** Kernel function, or function of `attachProgram`. */
  attachTarget?: string;
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
  /** Every map and program, by its name alone where it is not edited. */
  maps: (string | NativeMapEdit)[];
  programs: (string | NativeProgramEdit)[];
}

export interface NativeLoaded {
  object: Handle;
  log: string;
  /** Those that exist, by name. */
  maps: [name: string, Handle][];
  programs: [name: string, Handle][];
  /** Bytes from the start of the arena to the variables in it. */
  arenaVariablesAt: number;
}

/** What libbpf reads out of an object, to compare our own readers with. */
export interface NativeInspection {
  maps: {
    name: string;
    type: number;
    keySize: number;
    valueSize: number;
    maxEntries: number;
    flags: number;
    numaNode: number;
    mapExtra: bigint;
    pinPath: string | null;
    autocreate: boolean;
    /** .data, .rodata, .bss, .kconfig and the like. */
    internal: boolean;
    keyType: number;
    valueType: number;
    contents: Uint8Array | null;
    /** Of a data section. */
    variables: { name: string; offset: number; size: number; type: number; isStatic: boolean }[];
  }[];
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
  /** On a thread of the pool. */
  load(request: NativeLoadRequest): Promise<NativeLoaded>;
  loadSync(request: NativeLoadRequest): NativeLoaded;
  objectClose(object: Handle): void;
  objectInspect(bytes: Uint8Array, name?: string): NativeInspection;
}
