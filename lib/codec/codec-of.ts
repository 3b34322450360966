import { checkBtf } from "../btf/check-btf.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import { BtfError } from "../errors/index.ts";
import type { Codec } from "./codec.ts";
import type { Layout } from "./layout.ts";
import { limitProblem } from "./layout-limits.ts";
import { type LayoutOptions, Layouts } from "./layout-of.ts";
import { makeCodec } from "./make.ts";
import type { FieldMeanings, Meaning } from "./meaning.ts";
import { withMeaning } from "./with-meaning.ts";

/** Options of {@link codecOf}, and the meaning of the type itself. */
export interface CodecOptions extends LayoutOptions {
  /** The meaning of the values. Default: the meaning that the type declares, if any. */
  meaning?: Meaning | undefined;
  /** For messages: `variable "server"`. @internal */
  subject?: string | undefined;
}

interface Made {
  layouts: Layouts;
  codecs: Map<TypeId | string, Codec<unknown>>;
}

const noFields: FieldMeanings = {};
// By BTF, and by the object with the meanings of fields.
const madeFor = new WeakMap<Btf, WeakMap<FieldMeanings, { string?: Made; bytes?: Made }>>();

/**
 * Returns the codec of a BTF type. It is created by the first call and cached with the BTF.
 *
 * @param options - `chars: "bytes"` to have `char[N]` as a Uint8Array instead of text.
 * @throws {@link BtfError} for a type that has no values: void, a function, a forward declaration.
 */
export function codecOf(btf: Btf, id: TypeId, options: CodecOptions = {}): Codec<unknown> {
  const made = madeOf(checkBtf(btf, "btf of codecOf"), options);
  const key = options.meaning === undefined ? id : `${id} ${options.meaning}`;
  let codec = made.codecs.get(key);
  if (codec === undefined) {
    codec = makeCodec(asMeant(made.layouts.of(id), options), btf.littleEndian);
    made.codecs.set(key, codec);
  }
  return codec;
}

function asMeant(layout: Layout, { meaning, subject = "type" }: CodecOptions): Layout {
  return meaning === undefined ? layout : withMeaning(layout, meaning, subject);
}

/** Returns the codec of a BTF array type with another size than the declared one: a whole number of its elements. */
export function codecOfArray(btf: Btf, id: TypeId, size: number, options: CodecOptions = {}): Codec<unknown> {
  const layout = madeOf(btf, options).layouts.of(id, false);
  const make = (sized: Layout) => {
    const problem = limitProblem(sized);
    if (problem !== undefined) throw new BtfError(problem);
    return makeCodec(asMeant(sized, options), btf.littleEndian);
  };
  switch (layout.kind) {
    case "chars":
    case "bytes":
      return make({ ...layout, size, name: renamed(layout.name, size) });
    case "array": {
      const length = layout.element.size === 0 ? 0 : size / layout.element.size;
      return make({ ...layout, size, length, name: renamed(layout.name, length) });
    }
    default:
      throw new BtfError(`BTF type ${id} is not an array`);
  }
}

function renamed(name: string, length: number): string {
  return name.replace(/\[\d*\]/, `[${length}]`);
}

function madeOf(btf: Btf, { chars = "string", fields = noFields }: LayoutOptions): Made {
  const ofBtf = madeFor.get(btf) ?? new WeakMap<FieldMeanings, { string?: Made; bytes?: Made }>();
  madeFor.set(btf, ofBtf);
  const all = ofBtf.get(fields) ?? {};
  ofBtf.set(fields, all);
  all[chars] ??= { layouts: new Layouts(btf, { chars, fields }), codecs: new Map() };
  return all[chars];
}
