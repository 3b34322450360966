import { checkBoolean, optional, optionsOf } from "../arguments/index.ts";
import { type Codec, type Storable, u32 } from "../codec/index.ts";
import { ArrayMemory } from "./array-memory.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import type { MapParts } from "./map-base.ts";

const checkMemory = optionsOf<{ readonly?: boolean }>({ readonly: optional(checkBoolean) });

/**
 * An array of values. All values exist from the start, filled with zeros, and cannot be removed.
 *
 * @since Linux 3.19
 */
export class ArrayMap<V = unknown> extends KeyedMap<number, V, Storable<V>, Storable<number>> {
  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts, u32, value);
  }

  /** Not for an array, whose values cannot be removed. It always throws a {@link NotSupportedError}. */
  override delete(key: never): boolean {
    return super.delete(key);
  }

  /** Not for an array, as `delete`. */
  override lookupAndDelete(key: never): V | undefined {
    return super.lookupAndDelete(key);
  }

  /** Not for an array, as `delete`. */
  override clear(this: never): number {
    return super.clear();
  }

  /**
   * Returns the values as memory shared with programs, for an array with the flag `mmapable`. Access takes no system
   * call and no lock.
   *
   * @param options - `readonly`: map the memory read-only. Default `false`. A frozen map and a map opened read-only
   * need it. All calls for one map share the first mapping: after a read-only mapping, later ones are read-only too.
   * @returns The memory. It is unmapped when the map is closed.
   * @throws {@link NotSupportedError} when the map lacks the flag, or the kernel or the runtime does not support it.
   * @throws {@link MapAccessError} when the map may not be written and `readonly` is not set.
   * @throws {@link ClosedError} after `close`.
   *
   * @example
   * ```ts
   * const counters = arrayMap.memory();
   * console.log(counters.get(0));
   * ```
   *
   * @since Linux 5.5
   */
  memory(options?: { readonly?: boolean }): ArrayMemory<V> {
    const { readonly = false } = checkMemory(options, `memory of map "${this.name}"`);
    return new ArrayMemory(this, this[accessOf].value, !readonly);
  }
}
