import { EINTR, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP } from "../errors/errno.ts";
import { MapChangedError } from "../errors/index.ts";
import { handleOf } from "../live/resource.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { native } from "../native/addon.ts";
import { batchOperation, singly } from "../native/map.ts";
import type { MapType } from "../spec/index.ts";
import { mapError } from "./errors.ts";
import type { MapBase } from "./map-base.ts";

/**
 * The size of the first chunk, small for callers that read only the first entries. Later chunks of a large map are
 * large.
 */
const FIRST = 64;
const MOST = 16_384;
const MOST_BYTES = 1 << 20;

interface Buffers {
  readonly capacity: number;
  readonly keys: Uint8Array;
  readonly values: Uint8Array;
  readonly keyView: DataView;
  readonly valueView: DataView;
}

/** Arrays whose slots may be empty, although the kernel returns every index as a key. */
const sparse = new Set<MapType>([
  "prog-array",
  "array-of-maps",
  "devmap",
  "cpumap",
  "sockmap",
  "reuseport-sockarray",
]);
const ofSockets = new Set<MapType>(["sockmap", "reuseport-sockarray"]);

/** State shared by all iterations over one map. */
export class ChunkSource {
  readonly map: MapBase;
  readonly keySize: number;
  readonly valueSpace: number;
  /** True when only a lookup shows whether a key has a value. Sockets in 4-byte values cannot be looked up. */
  readonly isSparse: boolean;
  /** True once the first attempt showed that the kernel has no batches for this map type. */
  singly = false;
  /** Buffers of a finished iteration, for reuse. */
  spare: Buffers | undefined;

  constructor(map: MapBase, valueSpace: number) {
    this.map = map;
    this.keySize = map.keySize;
    this.valueSpace = valueSpace;
    this.isSparse = sparse.has(map.type) && !(ofSockets.has(map.type) && map.valueSize < 8);
  }

  buffers(entries: number): Buffers {
    const { spare } = this;
    this.spare = undefined;
    if (spare !== undefined && spare.capacity >= entries) return spare;
    const keys = new Uint8Array(entries * this.keySize);
    const values = new Uint8Array(entries * this.valueSpace);
    return {
      capacity: entries,
      keys,
      values,
      keyView: new DataView(keys.buffer),
      valueView: new DataView(values.buffer),
    };
  }
}

export interface ChunkOptions {
  /** False to read only the keys. It saves one lookup per entry when the kernel has no batches. */
  values: boolean;
  /** Remove the entries that are read. */
  remove?: boolean;
  /** BPF_F_LOCK */
  flags?: number;
}

/**
 * Reads a map in chunks, with the batch commands of the kernel (Linux 5.6) or key by key. Each instance has its own
 * buffers and position, so that other operations on the map do not disturb it.
 */
export class Chunks {
  /** The keys of the last chunk, packed. */
  keyView: DataView;
  /** The values of the last chunk, packed. */
  valueView: DataView;
  readonly #source: ChunkSource;
  readonly #options: ChunkOptions;
  readonly #control: Uint8Array;
  readonly #head: Uint32Array;
  readonly #largest: number;
  #buffers: Buffers | undefined;
  #wanted: number;
  #seen = 0;
  #done = false;

  constructor(source: ChunkSource, options: ChunkOptions) {
    this.#source = source;
    this.#options = options;
    this.#control = new Uint8Array(8 + roundUpTo8(Math.max(source.keySize, 4)));
    this.#head = new Uint32Array(this.#control.buffer, 0, 2);
    const fitting = Math.floor(MOST_BYTES / (source.keySize + source.valueSpace));
    this.#largest = Math.max(1, Math.min(source.map.maxEntries, MOST, fitting));
    this.#wanted = Math.min(FIRST, this.#largest);
    this.#buffers = source.buffers(this.#wanted);
    this.keyView = this.#buffers.keyView;
    this.valueView = this.#buffers.valueView;
  }

  /** Reads the next chunk and returns its number of entries; 0 at the end. */
  read(): number {
    while (!this.#done) {
      const count = this.#step();
      if (count > 0) return count;
    }
    this.end();
    return 0;
  }

  /** Releases the buffers of the iteration. A second call does nothing. */
  end(): void {
    this.#done = true;
    if (this.#buffers === undefined) return;
    this.#source.spare = this.#buffers;
    this.#buffers = undefined;
  }

  #step(): number {
    const source = this.#source;
    const { map } = source;
    const handle = map[handleOf];
    const buffers = this.#room();
    const head = this.#head;
    const alone = source.singly;
    const operation = this.#options.remove ? batchOperation.lookupAndDelete : batchOperation.lookup;
    const isSpared = alone && !this.#options.values && !source.isSparse;
    const values = isSpared ? null : buffers.values;
    head[0] = this.#wanted;
    const code = alone ? operation | singly : operation;
    const status = native().mapBatch(
      handle,
      code,
      buffers.keys,
      values,
      this.#control,
      this.#options.flags ?? 0,
    );
    const count = head[0] as number;
    switch (status) {
      case 0:
      case -EINTR:
        // Before Linux 6.6 a batch failed when a key was removed while it was read.
        this.#wanted = this.#largest;
        return this.#count(status === 0 || count < this.#wanted ? count : 0);
      case -ENOENT:
        this.#done = true;
        return this.#count(count);
      case -ENOSPC:
        // The kernel returns a bucket of a hash map as a whole.
        if (!alone && this.#wanted < map.maxEntries) {
          this.#wanted = Math.min(this.#wanted * 2, map.maxEntries);
          return 0;
        }
        break;
      case -EINVAL:
      case -ENOTSUPP:
      case -EOPNOTSUPP:
        if (!alone && this.#seen === 0) {
          source.singly = true;
          head[1] = 0;
          return 0;
        }
        break;
    }
    throw mapError(this.#options.remove ? "lookup and delete" : "lookup", map, status);
  }

  #count(count: number): number {
    this.#seen += count;
    const { maxEntries } = this.#source.map;
    // If the current key was removed, the kernel restarts at the first key. With constant removals the loop never ends.
    if (this.#source.singly && maxEntries > 0 && this.#seen > maxEntries && !this.#options.remove) {
      throw new MapChangedError({ map: this.#source.map.name });
    }
    return count;
  }

  #room(): Buffers {
    let buffers = this.#buffers as Buffers;
    if (buffers.capacity < this.#wanted) {
      buffers = this.#source.buffers(this.#wanted);
      this.#buffers = buffers;
      this.keyView = buffers.keyView;
      this.valueView = buffers.valueView;
    }
    return buffers;
  }
}
