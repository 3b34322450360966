import { setImmediate } from "node:timers/promises";
import { bytes, type Codec } from "../codec/index.ts";
import type { Layout } from "../codec/layout.ts";
import { makeCodec } from "../codec/make.ts";
import { InvalidArgumentError, KeyExistError, UpgradeError } from "../errors/index.ts";
import { type KeyedMap, type MapBase, PerCpuMap, type RawMap } from "../map/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { type Conversion, type Convert, completed, conversion } from "./convert.ts";
import type { MapTypes } from "./map-types.ts";
import { countersOf, Mover, piecesOf } from "./mover.ts";
import type { MapMigration } from "./options.ts";

/** The number of entries that are copied in one turn of the event loop. */
const BATCH = 1024;

/** The conversion of the entries of a map to those of another map. */
export interface TransferPlan {
  readonly key: Convert;
  /** Returns undefined to omit an entry. */
  readonly value: NonNullable<MapMigration["value"]>;
  readonly add: ReadonlySet<string>;
  readonly from: MapTypes;
  readonly to: MapTypes;
}

/**
 * Plans by the names of fields, or by the functions of the user.
 *
 * @param indexed - Whether the key is an index, which has no type.
 * @param perCpu - Whether there is a value for each CPU.
 */
export function planTransfer(
  from: MapTypes,
  to: MapTypes,
  given: MapMigration,
  { indexed, perCpu }: { indexed: boolean; perCpu: boolean },
): { plan: TransferPlan; problems: string[] } {
  const same: Conversion = { convert: (value) => value, problems: [] };
  const byName = (part: "key" | "value", rules: { adds: boolean }): Conversion => {
    const [before, after] = [from[part], to[part]];
    if (before === undefined || after === undefined)
      return { ...same, problems: [`${part}: its type is unknown, because there is no BTF`] };
    return conversion(before, after, part, { ...rules, drops: false });
  };
  const key = indexed
    ? same
    : given.key === undefined
      ? byName("key", { adds: false })
      : { convert: given.key, problems: [] };
  const named = given.value === undefined ? byName("value", { adds: true }) : undefined;
  const value = { convert: given.value ?? named?.convert ?? same.convert, problems: named?.problems ?? [] };
  const counters = to.value === undefined ? new Set<string>() : countersOf(to.value);
  const problems = [...key.problems, ...value.problems];
  for (const name of given.add ?? [])
    if (!counters.has(name))
      problems.push(`value.${name} is not an integer of 4 or 8 bytes, to which is added`);
  const add = given.add === undefined ? (perCpu ? counters : new Set<string>()) : new Set(given.add);
  return { plan: { key: key.convert, value: value.convert, add, from, to }, problems };
}

/**
 * Copies the entries of a map to a map with another layout while programs use both, and then applies later changes.
 */
export class Transfer {
  readonly #name: string;
  readonly #folder: string;
  readonly #plan: TransferPlan;
  readonly #from: RawMap;
  readonly #to: RawMap;
  readonly #cpus: number;
  readonly #mover: Mover | undefined;
  readonly #keys: readonly [Codec<unknown>, Codec<unknown>];
  readonly #values: readonly [Codec<unknown>, Codec<unknown>];
  readonly #zero: unknown;
  /** The values of the old map that are in the new one. */
  readonly #moved = new Map<string, Uint8Array>();

  constructor(folder: string, from: MapBase, to: MapBase, plan: TransferPlan) {
    this.#name = to.name;
    this.#folder = folder;
    this.#plan = plan;
    this.#from = (from as KeyedMap<unknown, unknown>).raw;
    this.#to = (to as KeyedMap<unknown, unknown>).raw;
    this.#cpus = to instanceof PerCpuMap ? to.cpus : 1;
    this.#keys = [codec(plan.from.key, from.keySize), codec(plan.to.key, to.keySize)];
    this.#values = [codec(plan.from.value, from.valueSize), codec(plan.to.value, to.valueSize)];
    this.#zero = this.#values[1].read(new DataView(new ArrayBuffer(to.valueSize)), 0, to.valueSize);
    const pieces = piecesOf(plan.to.value, to.valueSize, plan.add, this.#cpus > 1);
    // Programs that may sleep, such as the mover, cannot use a trie (Linux 6.18).
    this.#mover = to.type === "lpm-trie" ? undefined : new Mover(to, pieces);
  }

  /** Copies all entries, in batches. */
  async copy(): Promise<void> {
    let batch: [Uint8Array, Uint8Array][] = [];
    for (const [key, value] of this.#from) {
      const entry = this.#convert(key, value);
      if (entry === undefined) continue;
      this.#moved.set(idOf(key), value);
      if (this.#moved.size > this.#to.maxEntries)
        throw new UpgradeError(
          `map "${this.#name}" has more entries than the ${this.#to.maxEntries} of the new version`,
          { folder: this.#folder },
        );
      batch.push(entry);
      if (batch.length < BATCH) continue;
      this.#to.batch.update(batch);
      batch = [];
      await setImmediate();
    }
    this.#to.batch.update(batch);
  }

  /**
   * Applies the changes since the last call, or since `copy`.
   *
   * @returns The number of entries that changed, and of parts of values that the new version had changed too.
   */
  async catchUp(): Promise<{ changed: number; conflicts: number }> {
    const seen = new Set<string>();
    let changed = 0;
    let conflicts = 0;
    for (const [key, value] of this.#from) {
      const id = idOf(key);
      seen.add(id);
      const before = this.#moved.get(id);
      if (before !== undefined && Buffer.compare(before, value) === 0) continue;
      const entry = this.#convert(key, value);
      if (entry === undefined) continue;
      this.#moved.set(id, value);
      conflicts += this.#bring(entry, before === undefined ? undefined : this.#convert(key, before)?.[1]);
      if (++changed % BATCH === 0) await setImmediate();
    }
    for (const [id, value] of this.#moved) {
      if (seen.has(id)) continue;
      this.#moved.delete(id);
      this.#remove(Buffer.from(id, "latin1"), value);
      changed++;
    }
    return { changed, conflicts };
  }

  close(): void {
    this.#mover?.close();
  }

  #bring([key, after]: [Uint8Array, Uint8Array], before: Uint8Array | undefined): number {
    if (before === undefined) {
      try {
        this.#to.update(key, after, { mode: "noexist" });
        return 0;
      } catch (error) {
        if (!(error instanceof KeyExistError)) throw error;
      }
    }
    if (this.#mover === undefined) {
      this.#to.set(key, after);
      return 0;
    }
    const from = this.#summed(before ?? new Uint8Array(after.length));
    return this.#mover.move(key, from, this.#summed(after)) ?? 0;
  }

  /** The counters of all CPUs together: the difference is added on one CPU, and the sum stays exact. */
  #summed(value: Uint8Array): Uint8Array {
    if (this.#cpus === 1) return value;
    const stride = value.length / this.#cpus;
    const sum = new Uint8Array(stride);
    const total = new DataView(sum.buffer);
    const view = new DataView(value.buffer, value.byteOffset, value.length);
    for (const { offset, size } of piecesOf(
      this.#plan.to.value,
      this.#values[1].size,
      this.#plan.add,
      true,
    )) {
      for (let cpu = 0; cpu < this.#cpus; cpu++) {
        const at = cpu * stride + offset;
        if (size === 8) {
          const each = view.getBigUint64(at, hostIsLittleEndian);
          total.setBigUint64(
            offset,
            total.getBigUint64(offset, hostIsLittleEndian) + each,
            hostIsLittleEndian,
          );
        } else {
          const each = view.getUint32(at, hostIsLittleEndian);
          total.setUint32(offset, total.getUint32(offset, hostIsLittleEndian) + each, hostIsLittleEndian);
        }
      }
    }
    return sum;
  }

  /** Removes what the old version removed, unless the new version changed it. */
  #remove(key: Uint8Array, value: Uint8Array): void {
    const entry = this.#convert(key, value);
    if (entry === undefined) return;
    const now = this.#to.get(entry[0]);
    if (now !== undefined && Buffer.compare(now, entry[1]) === 0) this.#to.delete(entry[0]);
  }

  /** The entry of the new map; undefined for an entry that the user omits. */
  #convert(key: Uint8Array, value: Uint8Array): [Uint8Array, Uint8Array] | undefined {
    const [fromKey, toKey] = this.#keys;
    const [fromValue, toValue] = this.#values;
    const oldKey = read(fromKey, key, 0);
    const strides = [roundUpTo8(fromValue.size), roundUpTo8(toValue.size)] as const;
    const space = this.#cpus === 1 ? toValue.size : strides[1] * this.#cpus;
    const newValue = new Uint8Array(space);
    try {
      for (let cpu = 0; cpu < this.#cpus; cpu++) {
        const converted = this.#plan.value(read(fromValue, value, cpu * strides[0]), oldKey);
        if (converted === undefined) return undefined;
        const whole = completed(converted, this.#zero);
        toValue.write(new DataView(newValue.buffer), cpu * strides[1], whole);
      }
      const newKey = new Uint8Array(toKey.size);
      toKey.write(new DataView(newKey.buffer), 0, this.#plan.key(oldKey));
      return [newKey, newValue];
    } catch (cause) {
      throw new UpgradeError(`map "${this.#name}" cannot be migrated: ${messageOf(cause)}`, {
        folder: this.#folder,
        cause,
      });
    }
  }
}

function codec(layout: Layout | undefined, size: number): Codec<unknown> {
  if (layout === undefined) return bytes(size) as Codec<unknown>;
  if (layout.size !== size)
    throw new InvalidArgumentError(`${layout.name} has ${layout.size} bytes, and the map ${size}`);
  return makeCodec(layout, hostIsLittleEndian);
}

function read(of: Codec<unknown>, from: Uint8Array, offset: number): unknown {
  return of.read(new DataView(from.buffer, from.byteOffset, from.length), offset, offset + of.size);
}

function idOf(key: Uint8Array): string {
  return Buffer.from(key.buffer, key.byteOffset, key.length).toString("latin1");
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
