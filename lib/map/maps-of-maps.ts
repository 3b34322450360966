import { describeValue } from "../arguments/index.ts";
import { type Codec, type Storable, u32 } from "../codec/index.ts";
import { EINVAL } from "../errors/errno.ts";
import {
  EncodeError,
  MapIncompatibleError,
  NotExistError,
  NotSupportedError,
  SystemError,
} from "../errors/index.ts";
import type { MapShape } from "./compatible.ts";
import { differences } from "./compatible.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import { MapBase, type MapParts } from "./map-base.ts";
import type { UpdateOptions } from "./options.ts";

/** Properties of the inner maps of a map of maps. */
export interface InnerMaps<Inner extends MapBase> {
  /** Opens an inner map by its ID. */
  open(id: number): Inner;
  /** The common shape of the inner maps, if known. */
  readonly shape?: MapShape | undefined;
}

/**
 * A map whose values are maps (array-of-maps and hash-of-maps).
 *
 * Any open map of the right shape can be stored. Each lookup opens the inner map anew, and the caller closes it.
 *
 * @since Linux 4.12
 */
export class MapOfMaps<K, Inner extends MapBase = MapBase> extends KeyedMap<K, Inner, MapBase, Storable<K>> {
  readonly #inner: InnerMaps<Inner>;

  /** @internal */
  constructor(parts: MapParts, key: Codec<K>, inner: InnerMaps<Inner>) {
    super(parts, key, opened(inner) as Codec<Inner>, held);
    this.#inner = inner;
  }

  /** Opens the map of `key`; undefined when there is no entry. The caller closes it. */
  override get(key: Storable<K>): Inner | undefined {
    try {
      return super.get(key);
    } catch (error) {
      // The inner map was removed and destroyed between the lookup and the opening.
      if (error instanceof NotExistError) return undefined;
      throw error;
    }
  }

  /** Returns the ID of the map of `key`, without opening it. Throws the errors of `get`. */
  getId(key: Storable<K>): number | undefined {
    return this[accessOf].get(key, 0, u32);
  }

  /**
   * Stores a map.
   *
   * @throws {@link MapIncompatibleError} when the map differs in shape from the other inner maps; {@link EncodeError}
   * when the value is not a map; {@link ClosedError} when one of the maps is closed; {@link KeyExistError},
   * {@link KeyNotExistError}, {@link MapFullError} as for other maps.
   */
  override update(key: Storable<K>, map: MapBase, options?: UpdateOptions): void {
    try {
      super.update(key, map, options);
    } catch (error) {
      if (!(error instanceof SystemError) || error.errno !== EINVAL) throw error;
      const { shape } = this.#inner;
      const differing = shape === undefined ? [] : differences(shape, map);
      if (differing.length > 0)
        throw new MapIncompatibleError({ map: map.name, differences: differing, where: `"${this.name}"` });
      throw new SystemError(`map "${map.name}" cannot be put into "${this.name}"`, {
        operation: "update",
        errno: EINVAL,
        remedy: "Its type, sizes or flags differ from those of the map that the outer map was created with",
      });
    }
  }
}

function opened<Inner extends MapBase>(inner: InnerMaps<Inner>): Codec<Inner> {
  return {
    size: 4,
    name: "map",
    read: (view, offset) => inner.open(u32.read(view, offset)),
    write: (view, offset, map) => held.write(view, offset, map),
  };
}

const held: Codec<MapBase> = {
  size: 4,
  name: "map",
  read() {
    throw new NotSupportedError("a map inside a map is opened by its ID", { operation: "lookup" });
  },
  write(view, offset, map) {
    if (!(map instanceof MapBase))
      throw new EncodeError({ path: "map", type: "map", expected: "a Map", received: describeValue(map) });
    u32.write(view, offset, map.fd);
  },
};
