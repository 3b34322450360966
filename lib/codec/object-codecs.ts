import type { Codec } from "./codec.ts";
import type { RecordCodecs } from "./record-codecs.ts";

// biome-ignore-start lint/suspicious/noExplicitAny: codecs of any type are to fit

/** Of a map of maps, the value's is not used. */
export interface MapCodecs {
  readonly key?: Codec<any, any>;
  readonly value?: Codec<any, any>;
  /** Of a buffer whose records are of several types. */
  readonly records?: RecordCodecs;
}

/**
 * The codecs that a generated loader brings for its object, so that none has to be made at run time. What is missing
 * is made from the object's BTF.
 */
export interface ObjectCodecs {
  readonly maps?: Readonly<Record<string, MapCodecs>>;
  readonly variables?: Readonly<Record<string, Codec<any, any>>>;
  /** By their names in C, for records that no map names. */
  readonly types?: Readonly<Record<string, Codec<any, any>>>;
}

// biome-ignore-end lint/suspicious/noExplicitAny: see above
