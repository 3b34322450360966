import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";

/** Options of an error about one map. */
interface OfMap extends EbpfErrorOptions {
  /** The name of the map. */
  map: string;
}

/** The map has no entry for the key. `lookup` and batches throw it; `get` returns undefined instead. */
export class KeyNotExistError extends EbpfError {
  static override readonly name: string = "KeyNotExistError";
  /** The name of the map. */
  readonly map: string;
  constructor(options: OfMap) {
    super("ERR_EBPF_KEY_NOT_EXIST", `map "${options.map}" has no entry for the key`, options);
    this.map = options.map;
  }
}

/** The map already has an entry for the key, and the update mode is `noexist`. */
export class KeyExistError extends EbpfError {
  static override readonly name: string = "KeyExistError";
  /** The name of the map. */
  readonly map: string;
  constructor(options: OfMap) {
    super("ERR_EBPF_KEY_EXIST", `map "${options.map}" already has an entry for the key`, options);
    this.map = options.map;
  }
}

/** The map is full, or the kernel has no memory for another entry. */
export class MapFullError extends EbpfError {
  static override readonly name: string = "MapFullError";
  /** The name of the map. */
  readonly map: string;
  constructor(problem: string, options: OfMap) {
    super("ERR_EBPF_MAP_FULL", `map "${options.map}" ${problem}`, options);
    this.map = options.map;
  }
}

/** User space may not access the map this way: the map is frozen, read-only or write-only. */
export class MapAccessError extends EbpfError {
  static override readonly name: string = "MapAccessError";
  /** The name of the map. */
  readonly map: string;
  constructor(problem: string, options: OfMap) {
    super("ERR_EBPF_MAP_ACCESS", `map "${options.map}" ${problem}`, options);
    this.map = options.map;
  }
}

/** A batch stopped before its end. `cause` is the reason. */
export class MapBatchError extends EbpfError {
  static override readonly name: string = "MapBatchError";
  /** The name of the map. */
  readonly map: string;
  /** Number of entries that the batch processed. The entry at this index failed. */
  readonly count: number;
  constructor(options: OfMap & { count: number; total: number; cause: EbpfError }) {
    const { count, total, cause } = options;
    super(
      "ERR_EBPF_MAP_BATCH",
      `${cause.operation} of ${total} entries stopped after ${count}: ${cause.message}`,
      { operation: cause.operation, errno: cause.errno, ...options },
    );
    this.map = options.map;
    this.count = count;
  }
}

/** An iteration key by key did not end, because the map changed faster than it was read. */
export class MapChangedError extends EbpfError {
  static override readonly name: string = "MapChangedError";
  /** The name of the map. */
  readonly map: string;
  constructor(options: OfMap) {
    super(
      "ERR_EBPF_MAP_CHANGED",
      `map "${options.map}" changed faster than it could be iterated key by key`,
      {
        operation: "next key",
        ...options,
      },
    );
    this.map = options.map;
  }
}

/** A property in which a map differs from the expectation. */
export interface MapDifference {
  /** Name of the property: `type`, `keySize`, `valueSize`, `maxEntries`, `flags` or `mapExtra`. */
  readonly field: string;
  /** The value that the caller expects. */
  readonly expected: string | number | bigint;
  /** The value of the existing map. */
  readonly actual: string | number | bigint;
}

/** An existing map differs from the expectation in type, sizes or flags. */
export class MapIncompatibleError extends EbpfError {
  static override readonly name: string = "MapIncompatibleError";
  /** The name of the map. */
  readonly map: string;
  /** Every property that differs. */
  readonly differences: readonly MapDifference[];
  constructor(options: OfMap & { differences: readonly MapDifference[]; where?: string | undefined }) {
    const { map, differences, where } = options;
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
