import { EINTR, EINVAL, ENOENT, ENOSPC, ENOTSUPP, EOPNOTSUPP } from "../errno.ts";
import { MapChangedError } from "../errors.ts";
import { batchOperation, singly } from "../native/map.ts";
import { native } from "../native.ts";
import { handleOf } from "../resource.ts";
import type { MapType } from "../spec/index.ts";
import type { MapBase } from "./base.ts";
import { mapError } from "./errors.ts";

/** Enough for who looks at the first few entries; a large map is then read in large steps. */
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

/** Arrays whose places may be empty, though the kernel names all of them as keys. */
const sparse = new Set<MapType>([
  "prog-array",
  "array-of-maps",
  "devmap",
  "cpumap",
  "sockmap",
  "reuseport-sockarray",
]);
const ofSockets = new Set<MapType>(["sockmap", "reuseport-sockarray"]);

/** What the iterations of one map have in common. */
export class ChunkSource {
  readonly map: MapBase;
  readonly keySize: number;
  readonly valueSpace: number;
  /** Only a lookup tells which keys have a value. Sockets in values of 4 bytes cannot be looked up. */
  readonly isSparse: boolean;
  /** Found out at the first try: the kernel has no batches for this type of map. */
  singly = false;
  /** Left by an iteration that is over. */
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
  /** False where only the keys matter, which spares a lookup each where there are no batches. */
  values: boolean;
  /** Remove what is read. */
  remove?: boolean;
  /** BPF_F_LOCK */
  flags?: number;
}

/**
 * Reads a map from beginning to end in pieces, by the kernel's batches (Linux 5.6) or else key by key. Each has
 * memory and a place in the map of its own, so that nothing done meanwhile disturbs it.
 */
export class Chunks {
  /** The keys of the last piece, packed. */
  keyView: DataView;
  /** Its values, packed. */
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
    this.#control = new Uint8Array(8 + Math.ceil(Math.max(source.keySize, 4) / 8) * 8);
    this.#head = new Uint32Array(this.#control.buffer, 0, 2);
    const fitting = Math.floor(MOST_BYTES / (source.keySize + source.valueSpace));
    this.#largest = Math.max(1, Math.min(source.map.maxEntries, MOST, fitting));
    this.#wanted = Math.min(FIRST, this.#largest);
    this.#buffers = source.buffers(this.#wanted);
    this.keyView = this.#buffers.keyView;
    this.valueView = this.#buffers.valueView;
  }

  /** Reads the next piece. Answers how many entries it has; 0 at the end. */
  read(): number {
    while (!this.#done) {
      const count = this.#step();
      if (count > 0) return count;
    }
    this.end();
    return 0;
  }

  /** Gives up what the iteration holds; a second call does nothing. */
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
        // Before Linux 6.6 the kernel gave up on a key that went away while it was being read.
        this.#wanted = this.#largest;
        return this.#count(status === 0 || count < this.#wanted ? count : 0);
      case -ENOENT:
        this.#done = true;
        return this.#count(count);
      case -ENOSPC:
        // A bucket of a hash map comes as a whole, or not at all.
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
    // When the next key is removed, the kernel goes back to the first one; who does so all the time has us here forever.
    if (this.#source.singly && maxEntries > 0 && this.#seen > maxEntries && !this.#options.remove) {
      throw new MapChangedError(this.#source.map.name);
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
