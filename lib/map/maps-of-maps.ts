import { describeValue } from "../arguments/index.ts";
import { type Codec, type Storable, u32 } from "../codec/index.ts";
import { EINVAL } from "../errno.ts";
import {
  EncodeError,
  MapIncompatibleError,
  NotExistError,
  NotSupportedError,
  SystemError,
} from "../errors.ts";
import { MapBase, type MapParts } from "./base.ts";
import type { MapShape } from "./compatible.ts";
import { differences } from "./compatible.ts";
import { accessOf } from "./element.ts";
import { KeyedMap } from "./keyed.ts";
import type { UpdateOptions } from "./options.ts";

/** How a map of maps knows the maps inside of it. */
export interface InnerMaps<Inner extends MapBase> {
  /** Opens one by its id. */
  open(id: number): Inner;
  /** What they all look like, where that is known. */
  readonly shape?: MapShape | undefined;
}

/**
 * A map whose values are maps (array-of-maps and hash-of-maps). Linux 4.12.
 *
 * What goes in is any live map of the right shape; what comes out is opened anew each time, and the caller closes it.
 */
export class MapOfMaps<K, Inner extends MapBase = MapBase> extends KeyedMap<K, Inner, MapBase, Storable<K>> {
  readonly #inner: InnerMaps<Inner>;

  /** @internal */
  constructor(parts: MapParts, key: Codec<K>, inner: InnerMaps<Inner>) {
    super(parts, key, opened(inner) as Codec<Inner>, held);
    this.#inner = inner;
  }

  /** The map under `key`, opened for the caller to close; undefined when there is none. */
  override get(key: Storable<K>): Inner | undefined {
    try {
      return super.get(key);
    } catch (error) {
      // It was removed, and went away, between the lookup and the opening.
      if (error instanceof NotExistError) return undefined;
      throw error;
    }
  }

  /** The kernel's number of the map under `key`, without opening it. Throws what `get` throws. */
  getId(key: Storable<K>): number | undefined {
    return this[accessOf].get(key, 0, u32);
  }

  /**
   * Puts a map in.
   *
   * @throws MapIncompatibleError when it is not of the shape of the others; EncodeError when it is no map;
   * ClosedError when either is closed; KeyExistError, KeyNotExistError, MapFullError as other maps do.
   */
  override update(key: Storable<K>, map: MapBase, options?: UpdateOptions): void {
    try {
      super.update(key, map, options);
    } catch (error) {
      if (!(error instanceof SystemError) || error.errno !== EINVAL) throw error;
      const { shape } = this.#inner;
      const differing = shape === undefined ? [] : differences(shape, map);
      if (differing.length > 0) throw new MapIncompatibleError(map.name, differing, `"${this.name}"`);
      throw new SystemError(`map "${map.name}" cannot be put into "${this.name}"`, {
        operation: "update",
        errno: EINVAL,
        remedy: "Its type, sizes or flags differ from those of the map that the outer one was made with",
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
    if (!(map instanceof MapBase)) throw new EncodeError("map", "map", "a Map", describeValue(map));
    u32.write(view, offset, map.fd);
  },
};
