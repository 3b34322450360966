import type { Codec } from "./codec.ts";
import { Emitter } from "./emit/emitter.ts";
import { isNumberLayout } from "./emit/numbers.ts";
import { stringCode } from "./emit/text.ts";
import { rootPath } from "./emit/value-code.ts";
import type { Layout, RecordLayout } from "./layout.ts";
import { hasFields, namingWriter } from "./naming-writer.ts";
import * as parts from "./parts/index.ts";

/**
 * Returns a codec whose functions are compiled from generated source, each on its first use.
 *
 * Where strings may not be compiled, `compose-codec.ts` makes the same codec from closures.
 */
export function compileCodec(layout: Layout, littleEndian: boolean): Codec<unknown> {
  let reader: Codec<unknown>["read"] | undefined;
  let writer: Codec<unknown>["write"] | undefined;
  const codec: Codec<unknown> = {
    size: layout.size,
    name: layout.name,
    read(view, offset, end) {
      reader ??= compileReader(layout, littleEndian);
      codec.read = reader;
      return reader(view, offset, end);
    },
    write(view, offset, value) {
      writer ??= compileWriter(layout, littleEndian);
      codec.write = hasFields(layout) ? namingWriter(writer, codec) : writer;
      codec.write(view, offset, value);
    },
  };
  return codec;
}

/** Stores values that the codec does not accept. Returns whether it stored one. */
export type Special = (view: DataView, offset: number, value: unknown) => boolean;

/**
 * A writer that passes objects, and optionally text, to `special` first. It is one function, because a writer that
 * calls another one makes storing a number 10% slower.
 */
export function compileWriterWith(
  layout: Exclude<Layout, RecordLayout>,
  littleEndian: boolean,
  special: Special,
  asksAboutText: boolean,
): Codec<unknown>["write"] {
  const emitter = makeEmitter(littleEndian);
  const make = evaluate<(special: Special) => Codec<unknown>["write"]>(
    emitter,
    `(special) => function (view, offset, value) {
      if (${maybeSpecial(layout, asksAboutText)} && special(view, offset, value)) return;
      ${storeCode(emitter, layout)}
    }`,
  );
  return make(special);
}

/** The condition, as code, under which a value may need `special`. */
function maybeSpecial(layout: Layout, asksAboutText: boolean): string {
  if (isNumberLayout(layout)) {
    const usual = layout.kind === "int" && layout.size >= 8 ? ["bigint", "number"] : ["number", "bigint"];
    return usual.map((type) => `typeof value !== "${type}"`).join(" && ");
  }
  return asksAboutText
    ? '(typeof value === "object" || typeof value === "string")'
    : 'typeof value === "object"';
}

function storeCode(emitter: Emitter, layout: Layout): string {
  const spot = { path: stringCode(rootPath(layout)), step: undefined };
  return emitter.write(layout, { view: "view", offset: "offset" }, "value", spot);
}

function compileReader(layout: Layout, littleEndian: boolean): Codec<unknown>["read"] {
  const emitter = makeEmitter(littleEndian);
  if (layout.kind === "record") return evaluate(emitter, emitter.reader(layout));
  const value = emitter.read(layout, { view: "view", offset: "offset", end: "end" });
  return evaluate(emitter, `function (view, offset, end) { return ${value}; }`);
}

function compileWriter(layout: Layout, littleEndian: boolean): Codec<unknown>["write"] {
  const emitter = makeEmitter(littleEndian);
  if (layout.kind === "record") return evaluate(emitter, emitter.writer(layout));
  return evaluate(emitter, `function (view, offset, value) { ${storeCode(emitter, layout)} }`);
}

export function makeEmitter(littleEndian: boolean): Emitter {
  const names = new Map<RecordLayout, string>();
  return new Emitter({
    littleEndian,
    typed: false,
    typeOf: () => "",
    storableOf: () => "",
    nameOf(record) {
      let name = names.get(record);
      if (name === undefined) {
        // The number makes it unique. The name appears in profiles and stack traces.
        name = `R${names.size}_${record.tag.replaceAll(/\W/g, "_")}`;
        names.set(record, name);
      }
      return name;
    },
  });
}

export function evaluate<F>(emitter: Emitter, result: string): F {
  const used = [...emitter.parts];
  const foreign = emitter.foreign.map((_, i) => `foreign${i}`);
  const body = ['"use strict";', ...emitter.functions.map(({ text }) => text), `return ${result};`].join(
    "\n",
  );
  const make = new Function(...used, ...foreign, body);
  const all: Record<string, unknown> = parts;
  return make(...used.map((name) => all[name]), ...emitter.foreign) as F;
}

let allowed: boolean | undefined;

/** False under `--disallow-code-generation-from-strings`. */
export function canCompile(): boolean {
  if (allowed === undefined) {
    try {
      new Function("");
      allowed = true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}
