import type { Btf, TypeId } from "../btf/index.ts";
import { BtfError } from "../errors/index.ts";
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
 * @throws {@link BtfError} for a type that has no values: void, a function, a forward declaration.
 */
export function codecOf(btf: Btf, id: TypeId, options: LayoutOptions = {}): Codec<unknown> {
  const made = madeOf(btf, options.chars ?? "string");
  let codec = made.codecs.get(id);
  if (codec === undefined) {
    codec = makeCodec(made.layouts.of(id), btf.littleEndian);
    made.codecs.set(id, codec);
  }
  return codec;
}

/** The codec of a BTF array type, for another size than it is declared with: a whole number of its elements. */
export function codecOfArray(btf: Btf, id: TypeId, size: number): Codec<unknown> {
  const layout = madeOf(btf, "string").layouts.of(id, false);
  switch (layout.kind) {
    case "chars":
    case "bytes":
      return makeCodec({ ...layout, size, name: renamed(layout.name, size) }, btf.littleEndian);
    case "array": {
      const length = layout.element.size === 0 ? 0 : size / layout.element.size;
      return makeCodec({ ...layout, size, length, name: renamed(layout.name, length) }, btf.littleEndian);
    }
    default:
      throw new BtfError(`BTF type ${id} is not an array`);
  }
}

function renamed(name: string, length: number): string {
  return name.replace(/\[\d*\]/, `[${length}]`);
}

function madeOf(btf: Btf, chars: "string" | "bytes"): Made {
  const all = madeFor.get(btf) ?? {};
  madeFor.set(btf, all);
  all[chars] ??= { layouts: new Layouts(btf, { chars }), codecs: new Map() };
  return all[chars];
}
