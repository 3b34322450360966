import type { Codec } from "./codec.ts";
import { canCompile, evaluate, makeEmitter } from "./compile-codec.ts";
import { composeCodec } from "./compose-codec.ts";
import { stringCode } from "./emit/text.ts";
import { type Field, fieldsOf, type Layout, type RecordLayout } from "./layout.ts";
import { layoutOf } from "./make.ts";
import { copyFrom, type PlacedView, type ViewClass, type ViewPlace } from "./view.ts";

const classes = new WeakMap<Codec<unknown>, ViewClass>();
// console.log does not show the getters of a class.
const inspect = Symbol.for("nodejs.util.inspect.custom");

/**
 * Returns the class of the views of a codec's type, which read only the fields that are accessed. Views are read-only and
 * do not expose the memory: values other than numbers and text are copies. A type without fields has one, `value`.
 *
 * @returns Undefined for a codec that this package did not make, because it is unknown what that reads.
 */
export function viewClassOf(codec: Codec<unknown>, littleEndian: boolean): ViewClass | undefined {
  let Class = codec.view ?? classes.get(codec);
  if (Class === undefined) {
    const layout = layoutOf(codec);
    if (layout === undefined) return undefined;
    Class = canCompile()
      ? compileView(layout, codec, littleEndian)
      : composeView(layout, codec, littleEndian);
    classes.set(codec, Class);
  }
  return Class;
}

function compileView(layout: Layout, codec: Codec<unknown>, littleEndian: boolean): ViewClass {
  const emitter = makeEmitter(littleEndian);
  // The end of the record matters only if the last member can have any number of elements.
  const hasTail = "tail" in layout && layout.tail;
  const place = {
    view: "this.#place.memory",
    offset: "this.#place.offset",
    end: hasTail ? "this.#place.end" : undefined,
  };
  const getters =
    layout.kind === "record"
      ? [...fieldsOf(layout.members)].map((field) => getter(field.name, emitter.readField(field, place)))
      : [getter("value", emitter.read(layout, place))];
  const text = `(symbols, codec) => class {
  #place;
  constructor(place) { this.#place = place; }
  [symbols.copyFrom]() { return codec.read(${place.view}, ${place.offset}${hasTail ? `, ${place.end}` : ""}); }
  [symbols.inspect]() { return this[symbols.copyFrom](); }
${getters.join("\n")}
}`;
  const make = (): ViewClass =>
    evaluate<(symbols: object, codec: Codec<unknown>) => ViewClass>(emitter, text)(
      { copyFrom, inspect },
      codec,
    );
  const functions = emitter.functions.map((one) => one.text);
  return emitter.foreign.length === 0 ? oneClass([...functions, text].join("\n"), make) : make();
}

const classesByText = new Map<string, WeakRef<ViewClass>>();
const collected = new FinalizationRegistry<string>((text) => {
  if (classesByText.get(text)?.deref() === undefined) classesByText.delete(text);
});

/**
 * Returns one class for equal texts, such as those of two collections of one object. V8 shares what it has learned about
 * property accesses among classes of equal texts, but `#place` is another property in each of them: with three classes,
 * a getter would take ten times as long.
 */
function oneClass(text: string, make: () => ViewClass): ViewClass {
  const known = classesByText.get(text)?.deref();
  if (known !== undefined) return known;
  const Class = make();
  classesByText.set(text, new WeakRef(Class));
  collected.register(Class, text);
  return Class;
}

/** The number of texts that have a shared class. */
export function sharedClasses(): number {
  return classesByText.size;
}

// A computed name, so that a field may be called "constructor".
function getter(name: string, value: string): string {
  return `  get [${stringCode(name)}]() { return ${value}; }`;
}

function composeView(layout: Layout, codec: Codec<unknown>, littleEndian: boolean): ViewClass {
  class ComposedView implements PlacedView {
    constructor(place: ViewPlace) {
      places.set(this, place);
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
      get(this: PlacedView) {
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

// Not properties of the view: a field can have any name, and the memory would be exposed.
const places = new WeakMap<PlacedView, ViewPlace>();

function placeOf(view: PlacedView): ViewPlace {
  return places.get(view) as ViewPlace;
}

function fieldReader(record: RecordLayout, field: Field, littleEndian: boolean) {
  const codec = composeCodec({ ...record, members: [field] }, littleEndian);
  return (memory: DataView, offset: number, end: number): unknown =>
    (codec.read(memory, offset, end) as Record<string, unknown>)[field.name];
}
