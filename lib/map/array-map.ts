import { checkBoolean, optional, optionsOf } from "../arguments/index.ts";
import { type Codec, type Storable, u32 } from "../codec/index.ts";
import { ArrayMemory } from "./array-memory.ts";
import type { MapParts } from "./base.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";

const checkMemory = optionsOf<{ readonly?: boolean }>({ readonly: optional(checkBoolean) });

/** Values by index, all there from the beginning, of zeros; none can be removed. Linux 3.19. */
export class ArrayMap<V = unknown> extends KeyedMap<number, V, Storable<V>, Storable<number>> {
  /** @internal */
  constructor(parts: MapParts, value: Codec<V>) {
    super(parts, u32, value);
  }

  /**
   * The values as memory that is shared with the programs, for an array made with the flag `mmapable`: reading and
   * writing them takes no system call, and no lock. Linux 5.5.
   *
   * @param options - `readonly`: map it for reading only, which a frozen map and one that was opened for reading need.
   * All uses of one map share the first mapping, so that who begins with a read-only one stays with it.
   * @returns The memory, which closing the map closes.
   * @throws NotSupportedError when the map has not that flag, or the kernel or the runtime cannot do it.
   * @throws MapAccessError when it is to be written and may not be; ClosedError after `close`.
   */
  memory(options?: { readonly?: boolean }): ArrayMemory<V> {
    const { readonly = false } = checkMemory(options, `memory of map "${this.name}"`);
    return new ArrayMemory(this, this[accessOf].value, !readonly);
  }
}
