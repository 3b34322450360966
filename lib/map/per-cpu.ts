import { describeValue, integerIn } from "../arguments/index.ts";
import { type Codec, exact, type Storable } from "../codec/index.ts";
import { EINVAL } from "../errno.ts";
import { EbpfError, EncodeError, InvalidArgumentError, NotSupportedError } from "../errors.ts";
import { native } from "../native.ts";
import type { MapParts } from "./base.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

/** BPF_F_CPU: the CPU's number is in the upper half of the flags. */
const ONE_CPU = 8;
/** BPF_F_ALL_CPUS */
const ALL_CPUS = 16;
const UPPER = 2 ** 32;

/**
 * A map that keeps a value for each possible CPU, so that programs on different CPUs never wait for each other. It is
 * read and written as an array with one value for each possible CPU, online or not.
 *
 * @typeParam V - The value of one CPU.
 */
export class PerCpuMap<K, V> extends KeyedMap<K, V[], readonly Storable<V>[], Storable<K>> {
  /** How many values each entry has: the possible CPUs of this machine. */
  readonly cpus: number;
  readonly #value: Codec<V>;
  // Found out at the first try.
  #picksCpus = true;

  /** @internal */
  constructor(parts: MapParts, key: Codec<K>, value: Codec<V>) {
    const cpus = native().possibleCpus();
    const one = exact(value, "value");
    super(parts, key, perCpu(one, cpus) as Codec<V[]>);
    this.cpus = cpus;
    this.#value = one;
  }

  /**
   * The value of one CPU. Before Linux 7.0 the kernel copies all of them to get it.
   *
   * @throws InvalidArgumentError for a CPU that is not possible, and what `get` throws.
   */
  getCpu(key: Storable<K>, cpu: number, options?: ReadOptions): V | undefined {
    this.#check(cpu);
    if (this.#picksCpus) {
      try {
        return this[accessOf].get(key, elementFlags(options) + ONE_CPU + cpu * UPPER, this.#value);
      } catch (error) {
        if (!isInvalid(error)) throw error;
        this.#picksCpus = false;
      }
    }
    return this.get(key, options)?.[cpu];
  }

  /**
   * Stores the value of one CPU and leaves those of the others alone. Linux 7.0.
   *
   * @throws NotSupportedError before it, InvalidArgumentError for a CPU that is not possible, and what `update` throws.
   */
  updateCpu(key: Storable<K>, cpu: number, value: Storable<V>, options?: UpdateOptions): void {
    this.#check(cpu);
    try {
      this[accessOf].update(key, value, elementFlags(options) + ONE_CPU + cpu * UPPER, this.#value);
    } catch (error) {
      if (!isInvalid(error)) throw error;
      throw new NotSupportedError(`map "${this.name}" cannot be updated for one CPU only`, {
        operation: "update",
        errno: EINVAL,
        cause: error,
        remedy: "Needs Linux 7.0; before it, update all CPUs with an array",
      });
    }
  }

  /** Stores the same value for every CPU. Throws what `update` throws. */
  updateAllCpus(key: Storable<K>, value: Storable<V>, options?: UpdateOptions): void {
    if (this.#picksCpus) {
      try {
        this[accessOf].update(key, value, elementFlags(options) + ALL_CPUS, this.#value);
        return;
      } catch (error) {
        if (!isInvalid(error)) throw error;
        this.#picksCpus = false;
      }
    }
    this.update(key, new Array<Storable<V>>(this.cpus).fill(value), options);
  }

  /** The sum of all CPUs' values; undefined when there is no such key. */
  sum(key: Storable<K>): V extends number | bigint ? V | undefined : never;
  /**
   * The sum of a part of all CPUs' values; undefined when there is no such key.
   *
   * @param pick - What to add up: `(v) => v.packets`.
   */
  sum<N extends number | bigint>(key: Storable<K>, pick: (value: V) => N): N | undefined;
  sum(key: Storable<K>, pick: (value: V) => number | bigint = itself): number | bigint | undefined {
    const values = this.get(key);
    return values && add(values, pick);
  }

  /** The sums of all entries, under their keys. Throws what iterating throws. */
  sums(): IterableIterator<[K, V extends number | bigint ? V : never]>;
  sums<N extends number | bigint>(pick: (value: V) => N): IterableIterator<[K, N]>;
  *sums(pick: (value: V) => number | bigint = itself): IterableIterator<[K, number | bigint]> {
    for (const [key, values] of this.entries()) yield [key, add(values, pick)];
  }

  #check(cpu: number): void {
    integerIn(0, this.cpus - 1, "possible CPUs")(cpu, `CPU of map "${this.name}"`);
  }
}

/** The codec of a per-CPU value: one for each CPU, each rounded up to 8 bytes. */
export function perCpu<V>(value: Codec<V>, cpus: number): Codec<readonly V[]> {
  const stride = Math.ceil(value.size / 8) * 8;
  const size = stride * cpus;
  const name = `${value.name} per CPU`;
  return {
    size,
    name,
    read(view, offset) {
      const values: V[] = [];
      for (let at = offset; at < offset + size; at += stride)
        values.push(value.read(view, at, at + value.size));
      return values;
    },
    write(view, offset, values) {
      if (!Array.isArray(values) || values.length !== cpus) {
        const expected = `an array of ${cpus} values, one for each possible CPU`;
        throw new EncodeError(value.name, name, expected, describeValue(values));
      }
      for (let cpu = 0; cpu < cpus; cpu++) value.write(view, offset + cpu * stride, values[cpu] as V);
    },
  };
}

function itself(value: unknown): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new InvalidArgumentError("the values are not numbers: say what to add up");
}

function add<V>(values: readonly V[], pick: (value: V) => number | bigint): number | bigint {
  // Numbers and bigints do not mix, and all picked are of one kind.
  return values.map(pick).reduce((total, value) => (total as number) + (value as number));
}

function isInvalid(error: unknown): boolean {
  return error instanceof EbpfError && error.errno === EINVAL;
}
