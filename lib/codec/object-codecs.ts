import type { Codec } from "./codec.ts";

/**
 * The codecs that a generated loader brings for its object, so that none has to be made at run time. What is missing
 * is made from the object's BTF.
 */
export interface ObjectCodecs {
  // biome-ignore-start lint/suspicious/noExplicitAny: codecs of any type are to fit
  readonly maps?: Readonly<Record<string, { readonly key?: Codec<any>; readonly value?: Codec<any> }>>;
  readonly variables?: Readonly<Record<string, Codec<any>>>;
  /** By their names in C, for records that no map names. */
  readonly types?: Readonly<Record<string, Codec<any>>>;
  // biome-ignore-end lint/suspicious/noExplicitAny: see above
}
