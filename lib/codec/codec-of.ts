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
  /** What the values mean, of a type that does not say it. Default: what the type says. */
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
 * The codec of a BTF type, made when it is first asked for and then kept with the BTF.
 *
 * @param options - `chars: "bytes"` to have `char[N]` as a Uint8Array instead of text.
 * @throws {@link BtfError} for a type that has no values: void, a function, a forward declaration.
 */
export function codecOf(btf: Btf, id: TypeId, options: CodecOptions = {}): Codec<unknown> {
  const made = madeOf(btf, options);
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

/** The codec of a BTF array type, for another size than it is declared with: a whole number of its elements. */
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
