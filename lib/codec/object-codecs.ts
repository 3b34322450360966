import type { Codec } from "./codec.ts";
import type { RecordCodecs } from "./record-codecs.ts";

// biome-ignore-start lint/suspicious/noExplicitAny: accepts codecs of any type

/** The codecs of a map. */
export interface MapCodecs {
  /** The codec of the keys. */
  readonly key?: Codec<any, any>;
  /** The codec of the values; unused for a map of maps. */
  readonly value?: Codec<any, any>;
  /** The codecs of the records of a buffer with several types. */
  readonly records?: RecordCodecs;
}

/**
 * The codecs in a generated loader. Missing codecs are created from the object's BTF at run time.
 */
export interface ObjectCodecs {
  /** The codecs of the maps by name. */
  readonly maps?: Readonly<Record<string, MapCodecs>>;
  /** The codecs of the global variables by name. */
  readonly variables?: Readonly<Record<string, Codec<any, any>>>;
  /** Codecs of other types by their names in C, for records. */
  readonly types?: Readonly<Record<string, Codec<any, any>>>;
}

// biome-ignore-end lint/suspicious/noExplicitAny: see above
