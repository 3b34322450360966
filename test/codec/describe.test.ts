import { expect, expectTypeOf, test } from "vitest";
import { array, type Codec, char, codecFrom, struct, u16 } from "../../lib/codec/index.ts";

test("a description has the same layout as in C", () => {
  const codec = codecFrom({ a: "u8", b: "u64", c: { d: "u16", e: "u8" }, f: "u8" });
  expect(codec.size).toBe(24);
  expect(codecFrom({ a: "u8", wide: "u128" }).size).toBe(32);
  expect(array({ a: "u32", b: "u8" }, 3).size).toBe(24);
  expect(char(5).size).toBe(5);
});

test("decoded values have the described type", () => {
  const codec = struct({
    pid: "u32",
    comm: "char[16]",
    mac: "u8[6]",
    grid: "i32[2][3]",
    names: "char[2][8]",
    on: "bool",
    big: "u64",
    port: u16,
    at: { x: "f64" },
  });
  expectTypeOf(codec).toEqualTypeOf<
    Codec<{
      pid: number;
      comm: string;
      mac: Uint8Array;
      grid: number[][];
      names: string[];
      on: boolean;
      big: bigint;
      port: number;
      at: { x: number };
    }>
  >();
  const zeros = codec.read(new DataView(new ArrayBuffer(codec.size)), 0);
  expect(zeros).toEqual({
    pid: 0,
    comm: "",
    mac: new Uint8Array(6),
    grid: [
      [0, 0, 0],
      [0, 0, 0],
    ],
    names: ["", ""],
    on: false,
    big: 0n,
    port: 0,
    at: { x: 0 },
  });
});

test("a user-defined codec can be a member of a struct", () => {
  const celsius: Codec<number> = {
    size: 2,
    name: "celsius",
    read: (view, offset) => view.getInt16(offset, true) / 10,
    write: (view, offset, value) => view.setInt16(offset, value * 10, true),
  };
  const codec = struct({ id: "u8", degrees: celsius });
  const view = new DataView(new ArrayBuffer(codec.size));
  codec.write(view, 0, { id: 1, degrees: 21.5 });
  expect(codec.size).toBe(4);
  expect(codec.read(view, 0)).toEqual({ id: 1, degrees: 21.5 });
});

test.each([
  ["a scalar is described by its name", () => codecFrom("u33" as "u32"), /no scalar is called "u33"/],
  ["an array without elements is described", () => codecFrom("u8[0]"), /length of an array: .*received 0/],
  ["a type is described in C", () => codecFrom("struct event" as "u32"), /"struct event" is not a C type/],
  ["a field is described by a number", () => codecFrom({ "0": "u8" }), /cannot have the numeric name "0"/],
  ["no fields", () => codecFrom({}), /expected one or more, received 0/],
])("%s is refused", (_, make, message) => {
  expect(make).toThrow(message);
});
