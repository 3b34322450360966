import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/** The map has no entry under that key. Only `lookup` and its kind throw it; `get` answers undefined. */
export class KeyNotExistError extends EbpfError {
  static override readonly name: string = "KeyNotExistError";
  readonly map: string;
  constructor(map: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_KEY_NOT_EXIST", `map "${map}" has no such key`, options);
    this.map = map;
  }
}

/** The map has an entry under that key already, and the mode was `noexist`. */
export class KeyExistError extends EbpfError {
  static override readonly name: string = "KeyExistError";
  readonly map: string;
  constructor(map: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_KEY_EXIST", `map "${map}" has that key already`, options);
    this.map = map;
  }
}

/** The map holds as many entries as it can, or the kernel has no memory for one more. */
export class MapFullError extends EbpfError {
  static override readonly name: string = "MapFullError";
  readonly map: string;
  constructor(map: string, message: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_MAP_FULL", `map "${map}" ${message}`, options);
    this.map = map;
  }
}

/** User space may not do this with the map: it is frozen, or was made read-only or write-only. */
export class MapAccessError extends EbpfError {
  static override readonly name: string = "MapAccessError";
  readonly map: string;
  constructor(map: string, message: string, options: EbpfErrorOptions) {
    super("ERR_EBPF_MAP_ACCESS", `map "${map}" ${message}`, options);
    this.map = map;
  }
}

/** A batch stopped before its end. Its `cause` says why, `count` how far it came. */
export class MapBatchError extends EbpfError {
  static override readonly name: string = "MapBatchError";
  readonly map: string;
  /** Entries that were stored, removed or read before it stopped. The entry at this position is the one that failed. */
  readonly count: number;
  constructor(map: string, count: number, total: number, cause: EbpfError, remedy?: string) {
    super(
      "ERR_EBPF_MAP_BATCH",
      `${cause.operation} of ${total} entries stopped after ${count}: ${cause.message}`,
      {
        operation: cause.operation,
        errno: cause.errno,
        cause,
        remedy,
      },
    );
    this.map = map;
    this.count = count;
  }
}

/** The map was changed faster than it could be walked key by key, so that the walk found no end. */
export class MapChangedError extends EbpfError {
  static override readonly name: string = "MapChangedError";
  readonly map: string;
  constructor(map: string) {
    super(
      "ERR_EBPF_MAP_CHANGED",
      `map "${map}" changed so fast that going through it key by key found no end`,
      {
        operation: "next key",
      },
    );
    this.map = map;
  }
}

/** One way in which a map is not what was expected. */
export interface MapDifference {
  /** `type`, `keySize`, `valueSize`, `maxEntries`, `flags`, `mapExtra`. */
  readonly field: string;
  readonly expected: string | number | bigint;
  readonly actual: string | number | bigint;
}

/** A map that exists is not of the shape that was asked for: another type, other sizes, other flags. */
export class MapIncompatibleError extends EbpfError {
  static override readonly name: string = "MapIncompatibleError";
  readonly map: string;
  readonly differences: readonly MapDifference[];
  constructor(
    map: string,
    differences: readonly MapDifference[],
    where?: string,
    options?: EbpfErrorOptions,
  ) {
    const list = differences.map((d) => `${d.field} is ${d.actual}, not ${d.expected}`).join("; ");
    super(
      "ERR_EBPF_MAP_INCOMPATIBLE",
      `map "${map}"${where === undefined ? "" : ` at ${where}`} does not fit: ${list}`,
      { operation: "open map", ...options },
    );
    this.map = map;
    this.differences = differences;
  }
}
