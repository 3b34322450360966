import { expect, test } from "vitest";
import { Btf } from "../../lib/btf/index.ts";
import { BtfError } from "../../lib/errors/index.ts";
import { RawBtfBuilder } from "../support/btf-builder.ts";

const good = () =>
  new RawBtfBuilder().type("int", "int", 4, [32]).type("struct", "pair", 8, [0, 1, 0, 0, 1, 32], 2);

function refuses(read: () => unknown, message: RegExp): void {
  expect(read).toThrow(BtfError);
  expect(read).toThrow(message);
  expect(read).toThrow(expect.objectContaining({ code: "ERR_EBPF_BTF" }));
}

function poked(at: number, value: number): Uint8Array {
  const bytes = good().build();
  new DataView(bytes.buffer).setUint32(at, value, true);
  return bytes;
}

test("truncated bytes are refused", () => {
  const bytes = good().build();
  for (let length = 0; length < bytes.length; length++) {
    refuses(() => Btf.parse(bytes.subarray(0, length)), /./);
  }
});

test.each([
  ["another magic number", 0, 0x0001_1234, /magic/],
  ["another version", 0, 0x0002_eb9f, /version 2/],
  ["a header longer than the file", 4, 0xffff_fff0, /header/],
  ["a header too short", 4, 8, /header/],
  ["types beyond the end", 8, 0x7fff_ffff, /type section/],
  ["more types than there are bytes", 12, 0xffff_fffc, /type section/],
  ["types that end within a word", 12, 17, /word/],
  ["types that end within a type", 12, 20, /within/],
  ["strings beyond the end", 16, 0xffff_ffff, /string section/],
  ["no strings", 20, 0, /empty/],
  ["strings without an end", 20, 3, /NUL/],
  ["a kind that is unknown", 28, 0x1500_0000, /kind 21/],
  ["a type of kind 0", 28, 0, /kind 0/],
  ["more members than there are", 44, 0x0400_0003, /within its last type/],
])("%s", (_, at, value, message) => {
  refuses(() => Btf.parse(poked(at as number, value as number)), message as RegExp);
});

test("a string section that does not begin with an empty string is refused", () => {
  const bytes = poked(16, 53);
  const view = new DataView(bytes.buffer);
  view.setUint32(20, view.getUint32(20, true) - 1, true);
  refuses(() => Btf.parse(bytes), /empty string/);
});

test("IDs that do not exist are refused", () => {
  const btf = Btf.parse(good().build());
  for (const id of [3, -1, 1.5, Number.NaN, 0xffff_ffff]) refuses(() => btf.type(id), /no BTF type has ID/);
});

test("a name outside the string section is refused", () => {
  const btf = Btf.parse(new RawBtfBuilder().words(1000, 0x0400_0000, 0).build());
  refuses(() => btf.type(1), /string at 1000/);
  expect(btf.find("anything")).toBeUndefined();
});

test("references to missing types are refused", () => {
  const btf = Btf.parse(new RawBtfBuilder().type("typedef", "to_nowhere", 77).build());
  refuses(() => btf.sizeof(1), /no BTF type has ID 77/);
  refuses(() => btf.resolve(1), /no BTF type has ID 77/);
});

test("cyclic typedefs are refused", () => {
  const btf = Btf.parse(
    new RawBtfBuilder().type("typedef", "a", 2).type("const", "", 3).type("typedef", "b", 1).build(),
  );
  refuses(() => btf.resolve(1), /itself/);
  refuses(() => btf.sizeof(2), /itself/);
});

test("an array of itself is refused", () => {
  const btf = Btf.parse(new RawBtfBuilder().type("array", "", 0, [1, 1, 1]).build());
  refuses(() => btf.sizeof(1), /itself/);
});

test("arrays beyond 4 GiB are refused", () => {
  const btf = Btf.parse(
    new RawBtfBuilder()
      .type("int", "int", 4, [32])
      .type("array", "", 0, [1, 1, 0xffff])
      .type("array", "", 0, [2, 1, 0xffff])
      .build(),
  );
  refuses(() => btf.sizeof(3), /is larger than 4294967295 bytes/);
});

test("sizes of types without size are refused", () => {
  const btf = Btf.parse(
    new RawBtfBuilder().type("fwd", "hidden", 0).type("func-proto", "", 0).type("typedef", "t", 1).build(),
  );
  refuses(() => btf.sizeof(0), /void/);
  refuses(() => btf.sizeof(1), /fwd/);
  refuses(() => btf.sizeof(2), /func-proto/);
  refuses(() => btf.sizeof(3), /based on a fwd/);
});

test("unknown linkage is refused", () => {
  const btf = Btf.parse(new RawBtfBuilder().type("func", "f", 0, [], 3).type("var", "v", 0, [9]).build());
  refuses(() => btf.type(1), /linkage 3/);
  refuses(() => btf.type(2), /linkage 9/);
});

test("a section layout that is not made of words is refused", () => {
  const headerTail = new Uint8Array(8);
  new DataView(headerTail.buffer).setUint32(4, 84, true);
  const bytes = new Uint8Array(200);
  bytes.set(new RawBtfBuilder({ headerTail }).build());
  bytes.fill(3, 32 + 80, 32 + 84);
  refuses(() => Btf.parse(bytes), /not a number of 32-bit words/);
});

test("split BTF and base with different byte orders are refused", () => {
  const base = Btf.parse(good().build());
  refuses(() => Btf.parse(new RawBtfBuilder({ littleEndian: false }).build(), { base }), /byte order/);
});

test("100,000 names that share bytes use bounded memory", () => {
  const builder = new RawBtfBuilder();
  const first = builder.string("x".repeat(100_000));
  for (let i = 0; i < 100_000; i++) builder.words(first + i, 0x0400_0000, 0);
  refuses(() => [...Btf.parse(builder.build()).types()], /overlap/);
  const btf = Btf.parse(builder.build());
  expect(btf.find("y")).toBeUndefined();
  for (let i = 0; i < 20; i++) expect(btf.find("x".repeat(300))?.id).toBe(100_000 - 299);
});
