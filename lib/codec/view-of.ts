import type { Codec } from "./codec.ts";
import { canCompile, evaluate, makeEmitter } from "./compile-codec.ts";
import { composeCodec } from "./compose-codec.ts";
import { stringCode } from "./emit/text.ts";
import { type Field, fieldsOf, type Layout, type RecordLayout } from "./layout.ts";
import { layoutOf } from "./make.ts";
import { copyFrom, type MovableView, moveTo, noMemory, type ViewClass } from "./view.ts";

export { copyFrom, type MovableView, moveTo } from "./view.ts";

const classes = new WeakMap<Codec<unknown>, ViewClass>();
// console.log shows no getters that a class has.
const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * A view of the type that a codec is of, to look at values where they are: only the fields that are looked at are read.
 * It is read-only and does not expose the memory: values other than numbers and text are copies. A type
 * without fields has one, `value`.
 *
 * @returns Undefined for a codec that is not made by this package: what it reads is not known.
 */
export function viewOf(codec: Codec<unknown>, littleEndian: boolean): MovableView | undefined {
  let Class = codec.view ?? classes.get(codec);
  if (Class === undefined) {
    const layout = layoutOf(codec);
    if (layout === undefined) return undefined;
    Class = canCompile()
      ? compileView(layout, codec, littleEndian)
      : composeView(layout, codec, littleEndian);
    classes.set(codec, Class);
  }
  return new Class();
}

function compileView(layout: Layout, codec: Codec<unknown>, littleEndian: boolean): ViewClass {
  const emitter = makeEmitter(littleEndian);
  // Where a type ends says its size, unless the last member may be any number of elements.
  const hasTail = "tail" in layout && layout.tail;
  const place = { view: "this.#memory", offset: "this.#offset", end: hasTail ? "this.#end" : undefined };
  const getters =
    layout.kind === "record"
      ? [...fieldsOf(layout.members)].map((field) => getter(field.name, emitter.readField(field, place)))
      : [getter("value", emitter.read(layout, place))];
  const text = `(symbols, codec, empty) => class {
  #memory = empty;
  #offset = 0;
${hasTail ? "  #end = 0;" : ""}
  [symbols.moveTo](memory, offset, end) {
    // The same memory, nearly always: asking costs less than the collector's note of a store.
    if (this.#memory !== memory) this.#memory = memory;
    this.#offset = offset;
    ${hasTail ? "this.#end = end;" : ""}
  }
  [symbols.copyFrom]() { return codec.read(this.#memory, this.#offset${hasTail ? ", this.#end" : ""}); }
  [symbols.inspect]() { return this[symbols.copyFrom](); }
${getters.join("\n")}
}`;
  const make = evaluate<(symbols: object, codec: Codec<unknown>, empty: DataView) => ViewClass>(
    emitter,
    text,
  );
  return make({ moveTo, copyFrom, inspect }, codec, noMemory);
}

// In brackets, so that a field may be called "constructor".
function getter(name: string, value: string): string {
  return `  get [${stringCode(name)}]() { return ${value}; }`;
}

function composeView(layout: Layout, codec: Codec<unknown>, littleEndian: boolean): ViewClass {
  class ComposedView implements MovableView {
    [moveTo](memory: DataView, offset: number, end: number): void {
      places.set(this, { memory, offset, end });
    }
    [copyFrom](): unknown {
      const { memory, offset, end } = placeOf(this);
      return codec.read(memory, offset, end);
    }
    [inspect](): unknown {
      return this[copyFrom]();
    }
  }
  const define = (name: string, read: (memory: DataView, offset: number, end: number) => unknown): void => {
    Object.defineProperty(ComposedView.prototype, name, {
      get(this: MovableView) {
        const { memory, offset, end } = placeOf(this);
        return read(memory, offset, end);
      },
      configurable: true,
    });
  };
  if (layout.kind !== "record") define("value", (memory, offset, end) => codec.read(memory, offset, end));
  else
    for (const field of fieldsOf(layout.members))
      define(field.name, fieldReader(layout, field, littleEndian));
  return ComposedView;
}

interface Where {
  memory: DataView;
  offset: number;
  end: number;
}

// Not on the view, where they could meet a field's name, and would show the memory.
const places = new WeakMap<MovableView, Where>();

function placeOf(view: MovableView): Where {
  return places.get(view) ?? { memory: noMemory, offset: 0, end: 0 };
}

function fieldReader(record: RecordLayout, field: Field, littleEndian: boolean) {
  const codec = composeCodec({ ...record, members: [field] }, littleEndian);
  return (memory: DataView, offset: number, end: number): unknown =>
    (codec.read(memory, offset, end) as Record<string, unknown>)[field.name];
}
