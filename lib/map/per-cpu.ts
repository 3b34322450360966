import { checkFunction, describeValue, integerIn } from "../arguments/index.ts";
import { type Codec, exact, namingUnknownField, type Storable } from "../codec/index.ts";
import { EINVAL } from "../errors/errno.ts";
import { EbpfError, EncodeError, InvalidArgumentError, NotSupportedError } from "../errors/index.ts";
import { roundUpTo8 } from "../memory/round-up.ts";
import { native } from "../native/addon.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import type { MapParts } from "./map-base.ts";
import { elementFlags, type ReadOptions, type UpdateOptions } from "./options.ts";

/** BPF_F_CPU: the upper 32 bits of the flags are the CPU number. */
const ONE_CPU = 8;
/** BPF_F_ALL_CPUS */
const ALL_CPUS = 16;
const UPPER = 2 ** 32;

/**
 * A map with a separate value for each possible CPU, so that programs on different CPUs need no synchronization. The
 * value is an array with one element per possible CPU, online or not.
 *
 * @typeParam V - The value of one CPU.
 */
export class PerCpuMap<K, V> extends KeyedMap<K, V[], readonly Storable<V>[], Storable<K>> {
  /** Number of values in each entry: the number of possible CPUs. */
  readonly cpus: number;
  readonly #value: Codec<V>;
  // False once the first attempt failed.
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
   * Returns the value of one CPU. Before Linux 7.0 the kernel copies the values of all CPUs.
   *
   * @throws {@link InvalidArgumentError} for a CPU that is not possible, and the errors of `get`.
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
   * Stores the value of one CPU. The values of other CPUs are unchanged.
   *
   * @throws {@link NotSupportedError} on older kernels, {@link InvalidArgumentError} for a CPU that is not possible,
   * and the errors of `update`.
   * @since Linux 7.0
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
        remedy: "Needs Linux 7.0; on older kernels, update all CPUs with an array",
      });
    }
  }

  /** Stores the same value for every CPU. Throws the errors of `update`. */
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

  /**
   * Returns the sum of the values of all CPUs; undefined when there is no entry.
   *
   * @example
   * ```ts
   * const packets = perCpuMap.sum(key);
   * ```
   */
  sum(key: Storable<K>): V extends number | bigint ? V | undefined : never;
  /**
   * Returns the sum of a part of the values of all CPUs; undefined when there is no entry.
   *
   * @param pick - Selects the number to add: `(v) => v.packets`.
   */
  sum<N extends number | bigint>(key: Storable<K>, pick: (value: V) => N): N | undefined;
  sum(key: Storable<K>, pick: (value: V) => number | bigint = itself): number | bigint | undefined {
    const values = this.get(key);
    return values && add(values, pick);
  }

  /** Iterates over the sums of all entries with their keys. Throws the errors of iteration. */
  sums(): IterableIterator<[K, V extends number | bigint ? V : never]>;
  sums<N extends number | bigint>(pick: (value: V) => N): IterableIterator<[K, N]>;
  *sums(pick: (value: V) => number | bigint = itself): IterableIterator<[K, number | bigint]> {
    for (const [key, values] of this.entries()) yield [key, add(values, pick)];
  }

  #check(cpu: number): void {
    integerIn(0, this.cpus - 1, "possible CPUs")(cpu, `CPU of map "${this.name}"`);
  }
}

/** Returns the codec of a per-CPU value: one value per CPU, each rounded up to a multiple of 8 bytes. */
export function perCpu<V>(value: Codec<V>, cpus: number): Codec<readonly V[]> {
  const stride = roundUpTo8(value.size);
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
        throw new EncodeError({ path: value.name, type: name, expected, received: describeValue(values) });
      }
      let cpu = 0;
      try {
        for (; cpu < cpus; cpu++) value.write(view, offset + cpu * stride, values[cpu] as V);
      } catch (error) {
        throw namingUnknownField(error, value, values[cpu]);
      }
    },
  };
}

function itself(value: unknown): number | bigint {
  if (typeof value === "number" || typeof value === "bigint") return value;
  throw new InvalidArgumentError(
    "the values are not numbers: pass a function that selects the number to add",
  );
}

function add<V>(values: readonly V[], pick: (value: V) => number | bigint): number | bigint {
  checkFunction(pick, "function that selects the number to add");
  // All picked values have the same type, number or bigint.
  return values.map(pick).reduce((total, value) => (total as number) + (value as number));
}

function isInvalid(error: unknown): boolean {
  return error instanceof EbpfError && error.errno === EINVAL;
}
