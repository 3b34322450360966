import type { Codec } from "../codec/index.ts";
import { layoutOf } from "../codec/make.ts";
import { type ArrayCut, type Shortness, shortnessOf } from "../codec/shortness.ts";
import { copyFrom, noMemory, type PlacedView, type ViewClass, ViewPlace } from "../codec/view.ts";

/** Reads records that are shorter than their type because the program sent only a part of the last array. */
export interface ShortRecords {
  /** The minimum size of a record in bytes. */
  readonly least: number;
  read(memory: DataView, offset: number, end: number): unknown;
  look(memory: DataView, offset: number, end: number): unknown;
  /** Releases the memory of the ring. */
  forget(): void;
}

const sizes = new WeakMap<object, number>();
const tails = new WeakMap<object, () => Uint8Array>();

/**
 * Returns the size in bytes of a record that is shorter than its type, because the program sent only a part of the last
 * array. Undefined for a complete record.
 *
 * @param record - A record from a loop or a handler; a view only until the handler returns.
 */
export function shortSize(record: object): number | undefined {
  return sizes.get(record);
}

/**
 * Returns the bytes of the last `char` array of a record that is shorter than its type, as many as the program sent.
 * The text of the field ends at the first NUL; {@link cStrings} finds all texts that NULs separate. Undefined for a
 * complete record, and where the last array is not text.
 *
 * A perf buffer pads records: up to seven bytes at the end of the tail are not from the program.
 *
 * @param record - A record from a loop or a handler; a view only until the handler returns.
 * @example
 * ```ts
 * // char args[7680] at the end of the struct, of which the program sends as much as it filled
 * const tail = shortTail(event);
 * const args = tail === undefined ? [event.args] : cStrings(tail);
 * ```
 */
export function shortTail(record: object): Uint8Array | undefined {
  return tails.get(record)?.();
}

/** Returns undefined for types that are never shorter, and for codecs of the user. */
export function shortRecords(codec: Codec<unknown>, View: ViewClass | undefined): ShortRecords | undefined {
  const layout = layoutOf(codec);
  const shortness = codec.short ?? (layout && shortnessOf(layout));
  return shortness && new ShortReader(codec, View, shortness);
}

class ShortReader implements ShortRecords {
  readonly least: number;
  readonly #codec: Codec<unknown>;
  readonly #cut: ArrayCut | undefined;
  readonly #text: number | undefined;
  readonly #View: ViewClass | undefined;
  readonly #place = new ViewPlace();
  #view: PlacedView | undefined;
  // Space for a complete value: missing bytes are zeros.
  #room: DataView | undefined;
  #bytes = 0;

  constructor(codec: Codec<unknown>, View: ViewClass | undefined, { least, cut, text }: Shortness) {
    this.least = least;
    this.#codec = codec;
    this.#cut = cut;
    this.#text = text;
    this.#View = View;
  }

  read(memory: DataView, offset: number, end: number): unknown {
    return this.#value(this.#take(memory, offset, end));
  }

  look(memory: DataView, offset: number, end: number): unknown {
    const room = this.#take(memory, offset, end);
    if (this.#View === undefined) return this.#value(room);
    this.#view ??= this.#makeView(this.#View);
    this.#place.move(room, 0, this.#bytes);
    sizes.set(this.#view, this.#bytes);
    return this.#view;
  }

  forget(): void {
    this.#place.clear();
    this.#room = undefined;
    this.#bytes = 0;
  }

  #take(memory: DataView, offset: number, end: number): DataView {
    this.#room ??= new DataView(new ArrayBuffer(this.#codec.size));
    const room = new Uint8Array(this.#room.buffer);
    const size = end - offset;
    room.set(new Uint8Array(memory.buffer, memory.byteOffset + offset, size));
    if (size < this.#bytes) room.fill(0, size, this.#bytes);
    this.#bytes = size;
    return this.#room;
  }

  #value(room: DataView): unknown {
    const value = cutShort(this.#codec.read(room, 0, this.#bytes), this.#cut, this.#bytes);
    if (typeof value !== "object" || value === null) return value;
    sizes.set(value, this.#bytes);
    if (this.#text !== undefined) {
      const tail = this.#tail(this.#text);
      tails.set(value, () => tail);
    }
    return value;
  }

  #tail(text: number): Uint8Array {
    const room = this.#room ?? noMemory;
    return new Uint8Array(room.buffer, room.byteOffset, room.byteLength).slice(text, this.#bytes);
  }

  /** Returns a view whose last array ends at the end of the record. */
  #makeView(View: ViewClass): PlacedView {
    const reader = this;
    class ShortView extends View {
      override [copyFrom](): unknown {
        return cutShort(super[copyFrom](), reader.#cut, reader.#bytes);
      }
    }
    const cut = this.#cut;
    if (cut !== undefined) {
      const [name = "value", ...path] = cut.path;
      const whole = Object.getOwnPropertyDescriptor(View.prototype, name)?.get;
      Object.defineProperty(ShortView.prototype, name, {
        get(this: PlacedView) {
          return cutShort(whole?.call(this), { ...cut, path }, reader.#bytes);
        },
        configurable: true,
      });
    }
    const view = new ShortView(this.#place);
    const text = this.#text;
    if (text !== undefined) tails.set(view, () => this.#tail(text));
    return view;
  }
}

/** Removes the missing elements of the array from the value. */
function cutShort(value: unknown, cut: ArrayCut | undefined, bytes: number): unknown {
  if (cut === undefined) return value;
  const { path, offset, stride } = cut;
  const count = Math.max(0, Math.floor((bytes - offset) / stride));
  const names = [...path];
  const name = names.pop();
  if (name === undefined) return (value as unknown[]).slice(0, count);
  const holder = names.reduce((at, one) => at[one] as Fields, value as Fields);
  holder[name] = (holder[name] as unknown[]).slice(0, count);
  return value;
}

type Fields = Record<string, unknown>;
