import type { Codec } from "./codec.ts";
import { canCompile, compileCodec } from "./compile.ts";
import { composeCodec } from "./compose.ts";
import type { Layout } from "./layout.ts";

const layouts = new WeakMap<object, Layout>();

/** The codec of a layout: compiled where that is allowed, else composed. */
export function makeCodec(layout: Layout, littleEndian: boolean): Codec<unknown> {
  const codec = canCompile() ? compileCodec(layout, littleEndian) : composeCodec(layout, littleEndian);
  layouts.set(codec, layout);
  return codec;
}

/** What a codec was made from; undefined for one that somebody wrote or bpf2ts generated. */
export function layoutOf(codec: object): Layout | undefined {
  return layouts.get(codec);
}
