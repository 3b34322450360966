import { EncodeError } from "../errors/index.ts";
import { readerAround, writerAround } from "./around.ts";
import type { Codec } from "./codec.ts";
import { canCompile, compileWriterWith, type Special } from "./compile-codec.ts";
import { isGenerated } from "./generated-codec.ts";
import { layoutOf, littleEndianOf } from "./make.ts";
import { plainWriter } from "./naming-writer.ts";
import { storingFrom } from "./parts/storing-from.ts";
import { decodeUtf8, toUtf8 } from "./parts/utf8.ts";
import { putBack, type Slack } from "./slack.ts";
import { slackOf } from "./slack-of.ts";

/**
 * The property of an object or array with the bytes that it was read from. It exists only if the value does not
 * determine these bytes: nonzero padding, bytes after the NUL of a text, a bool of 2. Storing the value uses them for
 * all unchanged parts. A copy by `{ ...value }` keeps the property.
 */
export const origin: unique symbol = Symbol("ebpf.origin");

type Value = unknown;
interface HasOrigin {
  [origin]?: Uint8Array;
}

/** The name of the type that was read. Bytes of another type are not used. */
const typeOfOrigin = new WeakMap<Uint8Array, string>();
const made = { key: new WeakMap<object, AnyCodec>(), value: new WeakMap<object, AnyCodec>() };

// biome-ignore lint/suspicious/noExplicitAny: accepts codecs of any type
type AnyCodec = Codec<any, any>;

/**
 * The codec of a key or a value that is stored where it was read, or next to other values:
 *
 * - a value that was read is stored with its original bytes;
 * - a value is stored within the size of its type: a flexible array has no space after it;
 * - a Uint8Array of exactly this size is stored unchanged.
 *
 * Text, bools and floats cannot have such a property. As a key, text contains NULs that are followed by other bytes,
 * and a bool or NaN that does not determine its bytes is returned as a Uint8Array.
 *
 * A user-defined codec is returned unchanged.
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

/** The same for a variable. A variable that ends in a flexible array has space for it and is not limited. */
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
    // The codec replaces its functions at their first call. Only the replaced functions are final.
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
    return writerAround(plainWriter(store.write), special, isKey);
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

/** Whether storing the value produces the bytes. Several members of a union can determine bytes that one does not. */
function givesBack(codec: AnyCodec, value: Value, bytes: Uint8Array): boolean {
  const stored = new Uint8Array(bytes.length);
  try {
    codec.write(new DataView(stored.buffer), 0, value);
  } catch {
    // Contradicting members of a union, or a nested user-defined codec that only reads.
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

/** Stores a value that was read. Unchanged parts keep their bytes. */
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
