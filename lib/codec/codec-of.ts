import type { Btf, TypeId } from "../btf/index.ts";
import type { Codec } from "./codec.ts";
import { type LayoutOptions, Layouts } from "./layout-of.ts";
import { makeCodec } from "./make.ts";

interface Made {
  layouts: Layouts;
  codecs: Map<TypeId, Codec<unknown>>;
}

const madeFor = new WeakMap<Btf, { string?: Made; bytes?: Made }>();

/**
 * The codec of a BTF type, made when it is first asked for and then kept with the BTF.
 *
 * @param options - `chars: "bytes"` to have `char[N]` as a Uint8Array instead of text.
 * @throws BtfError for a type that has no values: void, a function, a forward declaration.
 */
export function codecOf(btf: Btf, id: TypeId, options: LayoutOptions = {}): Codec<unknown> {
  const chars = options.chars ?? "string";
  const all = madeFor.get(btf) ?? {};
  madeFor.set(btf, all);
  all[chars] ??= { layouts: new Layouts(btf, { chars }), codecs: new Map() };
  const made = all[chars];
  let codec = made.codecs.get(id);
  if (codec === undefined) {
    codec = makeCodec(made.layouts.of(id), btf.littleEndian);
    made.codecs.set(id, codec);
  }
  return codec;
}
