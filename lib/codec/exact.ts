import { EncodeError } from "../errors/index.ts";
import { readerAround, writerAround } from "./around.ts";
import type { Codec } from "./codec.ts";
import { canCompile, compileWriterWith, type Special } from "./compile-codec.ts";
import { isGenerated } from "./generated-codec.ts";
import { layoutOf, littleEndianOf } from "./make.ts";
import { storingFrom } from "./parts/storing-from.ts";
import { decodeUtf8, toUtf8 } from "./parts/utf8.ts";
import { putBack, type Slack } from "./slack.ts";
import { slackOf } from "./slack-of.ts";

/**
 * The property in which an object or array that was read carries the bytes that it was read from. It is there only
 * where the value alone would not give these bytes back: padding that is not zero, bytes after the NUL of a text, a
 * bool of 2. What stores the value uses them for all that has not changed. Copying the value by `{ ...value }` keeps
 * it.
 */
export const origin: unique symbol = Symbol("ebpf.origin");

type Value = unknown;
interface HasOrigin {
  [origin]?: Uint8Array;
}

/** The type that was read, by its name: bytes of another type are no origin. */
const typeOfOrigin = new WeakMap<Uint8Array, string>();
const made = { key: new WeakMap<object, AnyCodec>(), value: new WeakMap<object, AnyCodec>() };

// biome-ignore lint/suspicious/noExplicitAny: codecs of any type are to fit
type AnyCodec = Codec<any, any>;

/**
 * The codec of a key or a value that is written to where it was read from, or beside others:
 *
 * - what was read gives back the bytes that it was read from, whatever they are;
 * - it is written within the size of its type: a flexible array has no room past it;
 * - a Uint8Array of exactly that size is taken as the bytes themselves.
 *
 * A value that is text, a bool or a float cannot carry bytes. As a key, text has the NULs that are followed by more,
 * and a bool or a NaN that does not give its bytes back comes as a Uint8Array.
 *
 * A codec that a user wrote is returned as it is.
 */
export function exact<T, In>(codec: Codec<T, In>, position: "key" | "value"): Codec<T, In> {
  if (codec.size === 0 || (layoutOf(codec) === undefined && !isGenerated(codec))) return codec;
  let exactCodec = made[position].get(codec);
  if (exactCodec === undefined) {
    exactCodec = makeExact(codec, position === "key");
    made[position].set(codec, exactCodec);
  }
  return exactCodec;
}

/** The same for a variable: one that ends in a flexible array has room for it, and is not exact. */
export function exactWithin<T, In>(codec: Codec<T, In>, room: number): Codec<T, In> {
  return codec.size === room ? exact(codec, "value") : codec;
}

function makeExact(codec: AnyCodec, isKey: boolean): AnyCodec {
  const { size, name } = codec;
  const slack = slackOfCodec(codec);
  const store = hasTail(codec) ? withinItsSize(codec) : codec;
  const keep = (value: Value, view: DataView, offset: number) =>
    keepOrigin(store, value, view, offset, isKey);
  const special: Special = (view, offset, value) => {
    if (typeof value === "string") {
      if (!isKey || !value.includes("\0")) return false;
      writeWholeText(view, offset, size, value, name);
      return true;
    }
    if (typeof value !== "object" || value === null) return false;
    if (value instanceof Uint8Array && value.length === size) {
      setBytes(view, offset, value);
      return true;
    }
    const bytes = (value as HasOrigin)[origin];
    if (bytes === undefined || !isOriginOf(bytes, codec)) return false;
    writeOver(store, slack, view, offset, value as object, bytes);
    return true;
  };
  const made: AnyCodec = {
    size,
    name,
    // The codec's own functions may be made when they are first called: only then are they what they stay.
    read(view, offset, end) {
      codec.read(view, offset, end);
      made.read = readerAround(codec.read, slack, keep);
      return made.read(view, offset, end);
    },
    write(view, offset, value) {
      if (special(view, offset, value)) return;
      store.write(view, offset, value);
      made.write = exactWriter(codec, store, special, isKey);
    },
  };
  return made;
}

function exactWriter(codec: AnyCodec, store: AnyCodec, special: Special, isKey: boolean): AnyCodec["write"] {
  const layout = layoutOf(codec);
  if (layout === undefined || layout.kind === "record" || store !== codec || !canCompile())
    return writerAround(store.write, special, isKey);
  return compileWriterWith(layout, littleEndianOf(codec), special, isKey);
}

function slackOfCodec(codec: AnyCodec): readonly Slack[] {
  const layout = layoutOf(codec);
  return layout === undefined ? (codec.slack ?? []) : slackOf(layout, littleEndianOf(codec));
}

function hasTail(codec: AnyCodec): boolean {
  const layout = layoutOf(codec);
  return layout === undefined ? codec.tail === true : "tail" in layout && layout.tail;
}

/** Limits a flexible array to the size of its type. */
function withinItsSize(codec: AnyCodec): AnyCodec {
  const { size, name } = codec;
  return {
    size,
    name,
    read: (view, offset, end) => codec.read(view, offset, end),
    write: (view, offset, value) =>
      codec.write(new DataView(view.buffer, view.byteOffset + offset, size), 0, value),
  };
}

function keepOrigin(codec: AnyCodec, value: Value, view: DataView, offset: number, isKey: boolean): Value {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, codec.size).slice();
  if (givesBack(codec, value, bytes)) return value;
  if (typeof value === "object" && value !== null) {
    typeOfOrigin.set(bytes, typeName(codec));
    (value as HasOrigin)[origin] = bytes;
    return value;
  }
  if (!isKey) return value;
  if (typeof value !== "string") return bytes;
  let end = bytes.length;
  while (bytes[end - 1] === 0) end--;
  return decodeUtf8(bytes.subarray(0, end));
}

/** Whether storing the value gives the bytes. Members of a union may tell together what each alone does not. */
function givesBack(codec: AnyCodec, value: Value, bytes: Uint8Array): boolean {
  const stored = new Uint8Array(bytes.length);
  try {
    codec.write(new DataView(stored.buffer), 0, value);
  } catch {
    // Members of a union that disagree, or a codec of the user's inside of the type that only reads.
    return false;
  }
  return stored.every((byte, i) => byte === bytes[i]);
}

function typeName({ name, size }: AnyCodec): string {
  return `${size} ${name}`;
}

function isOriginOf(bytes: Uint8Array, codec: AnyCodec): boolean {
  return bytes.length === codec.size && typeOfOrigin.get(bytes) === typeName(codec);
}

/** Stores a value that was read: what has not changed since keeps its bytes. */
function writeOver(
  codec: AnyCodec,
  slack: readonly Slack[],
  view: DataView,
  offset: number,
  value: object,
  bytes: Uint8Array,
): void {
  const source = new DataView(bytes.buffer);
  const [then, now] = [new Uint8Array(bytes.length), new Uint8Array(bytes.length)];
  storingFrom(source, () => {
    codec.write(new DataView(then.buffer), 0, codec.read(source, 0, bytes.length));
    codec.write(new DataView(now.buffer), 0, value);
  });
  putBack(slack, now, then, bytes);
  setBytes(view, offset, now);
}

function writeWholeText(view: DataView, offset: number, size: number, text: string, name: string): void {
  const bytes = toUtf8(text, name, name);
  if (bytes.length > size)
    throw new EncodeError({
      path: name,
      type: name,
      expected: `at most ${size} bytes`,
      received: `text of ${bytes.length} bytes`,
    });
  const padded = new Uint8Array(size);
  padded.set(bytes);
  setBytes(view, offset, padded);
}

function setBytes(view: DataView, offset: number, bytes: Uint8Array): void {
  new Uint8Array(view.buffer, view.byteOffset + offset, bytes.length).set(bytes);
}
