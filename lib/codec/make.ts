import type { Codec } from "./codec.ts";
import { canCompile, compileCodec } from "./compile-codec.ts";
import { composeCodec } from "./compose-codec.ts";
import type { Layout } from "./layout.ts";

const origins = new WeakMap<object, { layout: Layout; littleEndian: boolean }>();

/** Returns the codec of a layout: compiled if the runtime allows it, otherwise composed of closures. */
export function makeCodec(layout: Layout, littleEndian: boolean): Codec<unknown> {
  const codec = canCompile() ? compileCodec(layout, littleEndian) : composeCodec(layout, littleEndian);
  noteLayout(codec, layout, littleEndian);
  return codec;
}

/** Stores the layout of a codec. */
export function noteLayout(codec: object, layout: Layout, littleEndian: boolean): void {
  origins.set(codec, { layout, littleEndian });
}

/** Returns the layout of a codec; undefined for a user-defined or generated codec. */
export function layoutOf(codec: object): Layout | undefined {
  return origins.get(codec)?.layout;
}

/** Whether a codec from `makeCodec` is for little-endian bytes. */
export function littleEndianOf(codec: object): boolean {
  return origins.get(codec)?.littleEndian ?? true;
}
