import type { Codec } from "./codec.ts";
import { Emitter } from "./emit/emitter.ts";
import { stringCode } from "./emit/text.ts";
import { rootPath } from "./emit/value-code.ts";
import type { Layout, RecordLayout } from "./layout.ts";
import * as parts from "./parts/index.ts";

/**
 * A codec whose functions are compiled from text made for this layout, each when it is first used.
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
      codec.write = writer;
      writer(view, offset, value);
    },
  };
  return codec;
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
  const spot = { path: stringCode(rootPath(layout)), step: undefined };
  const store = emitter.write(layout, { view: "view", offset: "offset" }, "value", spot);
  return evaluate(emitter, `function (view, offset, value) { ${store} }`);
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
        // The number makes it unique; the rest is for whoever reads a profile or a stack trace.
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
