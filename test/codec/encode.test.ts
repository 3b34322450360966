import { expect, test } from "vitest";
import { compileCodec } from "../../lib/codec/compile-codec.ts";
import { composeCodec } from "../../lib/codec/compose-codec.ts";
import { type Codec, codecFrom, codecOf, struct } from "../../lib/codec/index.ts";
import { Layouts } from "../../lib/codec/layout-of.ts";
import { layoutOf } from "../../lib/codec/make.ts";
import { EncodeError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

const spec = ObjectSpec.fromFile<ObjectSpec>(testObject("codegen/types"));
const event = struct(
  { pid: "u32", comm: "char[8]", at: { x: "i16[2]" }, time: "u64", mac: "u8[6]" },
  "event",
);
const good = { pid: 1, comm: "sh", at: { x: [1, 2] }, time: 3n, mac: new Uint8Array(6) };

/** Both makers, of the codec's layout. */
function makers<T>(codec: Codec<T>): Codec<T>[] {
  const layout = layoutOf(codec);
  if (layout === undefined) throw new Error("made by hand");
  return [compileCodec(layout, true), composeCodec(layout, true)] as Codec<T>[];
}

function store<T>(codec: Codec<T>, value: unknown): Uint8Array {
  const bytes = new Uint8Array(codec.size).fill(0xff);
  codec.write(new DataView(bytes.buffer), 0, value as T);
  return bytes;
}

test.each([
  [
    "a number too large",
    { pid: 2 ** 32 },
    "event.pid",
    "u32",
    "event.pid: expected 0 to 4294967295 (u32), received 4294967296",
  ],
  ["a negative number", { pid: -1 }, "event.pid", "u32", "expected 0 to 4294967295 (u32), received -1"],
  ["a fraction", { pid: 1.5 }, "event.pid", "u32", "expected an integer (u32), received 1.5"],
  ["NaN", { pid: Number.NaN }, "event.pid", "u32", "expected an integer (u32), received NaN"],
  ["text for a number", { pid: "1" }, "event.pid", "u32", 'expected an integer (u32), received "1"'],
  ["true for a number", { pid: true }, "event.pid", "u32", "expected an integer (u32), received true"],
  ["nothing", { pid: undefined }, "event.pid", "u32", "expected an integer (u32), received undefined"],
  ["null", { pid: null }, "event.pid", "u32", "expected an integer (u32), received null"],
  ["2n ** 64n", { time: 2n ** 64n }, "event.time", "u64", "(u64), received 18446744073709551616n"],
  [
    "a number that is not exact",
    { time: 2 ** 60 },
    "event.time",
    "u64",
    "expected a bigint for an integer beyond 2^53-1 (u64)",
  ],
  [
    "text too long",
    { comm: "sh".repeat(5) },
    "event.comm",
    "char[8]",
    "expected at most 8 bytes (char[8]), received text of 10 bytes",
  ],
  [
    "text too long in UTF-8",
    { comm: "äöüßé" },
    "event.comm",
    "char[8]",
    "expected at most 8 bytes (char[8]), received text of 10 bytes",
  ],
  [
    "text with a NUL",
    { comm: "a\0b" },
    "event.comm",
    "char[8]",
    "expected text without NUL (char[8]), received",
  ],
  ["a number for text", { comm: 7 }, "event.comm", "char[8]", "expected text or bytes (char[8]), received 7"],
  [
    "a wrong element",
    { at: { x: [1, 40_000] } },
    "event.at.x[1]",
    "i16",
    "event.at.x[1]: expected -32768 to 32767 (i16), received 40000",
  ],
  [
    "too few elements",
    { at: { x: [1] } },
    "event.at.x",
    "i16[2]",
    "expected 2 elements (i16[2]), received 1 elements",
  ],
  ["no array", { at: { x: 1 } }, "event.at.x", "i16[2]", "expected an array (i16[2]), received 1"],
  ["no object", { at: 5 }, "event.at", "struct", "expected an object (struct), received 5"],
  [
    "too few bytes",
    { mac: new Uint8Array(5) },
    "event.mac",
    "u8[6]",
    "expected 6 bytes (u8[6]), received 5 bytes",
  ],
])("both codec makers reject %s and name the field", (_, changed, path, type, problem) => {
  for (const codec of makers(event)) {
    let error: unknown;
    try {
      store(codec, { ...good, ...changed });
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(EncodeError);
    expect(error).toMatchObject({ path, type, code: "ERR_EBPF_ENCODE" });
    expect((error as Error).message).toContain(problem);
  }
});

test("an integer field accepts a number and a bigint", () => {
  for (const codec of makers(event)) {
    const bytes = store(codec, { ...good, pid: 7n, time: 9 });
    expect(codec.read(new DataView(bytes.buffer), 0)).toMatchObject({ pid: 7, time: 9n });
  }
});

test("a float field accepts an exact bigint", () => {
  for (const codec of makers(struct({ x: "f64" }))) {
    const bytes = store(codec, { x: 5n });
    expect(codec.read(new DataView(bytes.buffer), 0).x).toBe(5);
    expect(() => store(codec, { x: 2n ** 53n + 1n })).toThrow(EncodeError);
    expect(() => store(codec, { x: "5" })).toThrow(EncodeError);
  }
});

test("byte and number arrays accept any array type", () => {
  for (const codec of makers(struct({ mac: "u8[4]", x: "i16[2]", time: "u64[2]" }))) {
    const given = [
      { mac: [1, 2, 3, 4], x: Int32Array.of(5, -6), time: [7, 8n] },
      { mac: new DataView(Uint8Array.of(1, 2, 3, 4).buffer), x: [5n, -6], time: BigInt64Array.of(7n, 8n) },
    ];
    for (const value of given) {
      const bytes = store(codec, value);
      expect(codec.read(new DataView(bytes.buffer), 0)).toEqual({
        mac: Uint8Array.of(1, 2, 3, 4),
        x: [5, -6],
        time: [7n, 8n],
      });
    }
  }
});

test("text may fill its whole array, and bytes are accepted as text", () => {
  for (const codec of makers(event)) {
    const full = store(codec, { ...good, comm: "12345678" });
    expect(codec.read(new DataView(full.buffer), 0).comm).toBe("12345678");
    const raw = store(codec, { ...good, comm: Uint8Array.of(0x61, 0x62) });
    expect(codec.read(new DataView(raw.buffer), 0).comm).toBe("ab");
  }
});

test("unknown fields are ignored", () => {
  for (const codec of makers(event)) expect(store(codec, { ...good, more: 1 })).toEqual(store(codec, good));
});

test("padding is written as zeros", () => {
  const padded = codecFrom({ first: "u8", second: "u32" });
  for (const codec of makers(padded)) {
    expect([...store(codec, { first: 1, second: 2 })]).toEqual([1, 0, 0, 0, 2, 0, 0, 0]);
  }
});

function typeCodec(name: string, kind: "struct" | "union"): Codec<unknown>[] {
  const id = spec.btf?.find(name, kind)?.id;
  if (spec.btf === undefined || id === undefined) throw new Error(`no ${name}`);
  const layout = new Layouts(spec.btf).of(id);
  return [codecOf(spec.btf, id), compileCodec(layout, true), composeCodec(layout, true)];
}

test("a union is encoded from one member", () => {
  for (const codec of typeCodec("number", "union")) {
    expect([...store(codec, { bytes: [1, 2, 3, 4] })]).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
    expect([...store(codec, { word: 0x0403_0201 })]).toEqual([1, 2, 3, 4, 0, 0, 0, 0]);
    expect(() => store(codec, {})).toThrow(
      /expected one member of the union: "word", "bytes".*, received none/,
    );
    expect(() => store(codec, { word: 1, bytes: [9, 9, 9, 9] })).toThrow(
      /expected only one of "word", "bytes", which share their bytes/,
    );
  }
});

test("a decoded union can be encoded again, and changed only by omitting the other members", () => {
  for (const codec of typeCodec("number", "union")) {
    const bytes = store(codec, { word: 0x1234_5678 });
    const value = codec.read(new DataView(bytes.buffer), 0) as object;
    expect(store(codec, value)).toEqual(bytes);
    expect(() => store(codec, { ...value, word: 1 })).toThrow(/received values that differ/);
  }
});

test("fields that the kernel manages may be omitted", () => {
  for (const codec of typeCodec("guarded", "struct")) {
    expect([...store(codec, { count: 1n })]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]);
  }
});

test("a flexible array is decoded to the end of the record, and needs space to be encoded", () => {
  for (const codec of typeCodec("everything", "struct")) {
    const zeros = new DataView(new ArrayBuffer(codec.size + 20));
    const empty = codec.read(zeros, 0) as { tail: unknown[] };
    expect(empty.tail).toEqual([]);
    expect((codec.read(zeros, 0, codec.size + 20) as { tail: unknown[] }).tail.length).toBeGreaterThan(1);
    const many = { ...empty, tail: Array(9).fill({ mac: new Uint8Array(6), port: 1 }) };
    expect(() => codec.write(zeros, 0, many)).toThrow(/everything\.tail: expected at most \d+ bytes/);
  }
});
