import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/** The map has no entry under that key. Only `lookup` and its kind throw it; `get` answers undefined. */
export class KeyNotExistError extends EbpfError {
  readonly map: string;
  constructor(map: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_KEY_NOT_EXIST", `map "${map}" has no such key`, options);
    this.map = map;
  }
}

/** The map has an entry under that key already, and the mode was `noexist`. */
export class KeyExistError extends EbpfError {
  readonly map: string;
  constructor(map: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_KEY_EXIST", `map "${map}" has that key already`, options);
    this.map = map;
  }
}

/** The map holds as many entries as it can, or the kernel has no memory for one more. */
export class MapFullError extends EbpfError {
  readonly map: string;
  constructor(map: string, message: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_MAP_FULL", `map "${map}" ${message}`, options);
    this.map = map;
  }
}

/** User space may not do this with the map: it is frozen, or was made read-only or write-only. */
export class MapAccessError extends EbpfError {
  readonly map: string;
  constructor(map: string, message: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_MAP_ACCESS", `map "${map}" ${message}`, options);
    this.map = map;
  }
}
