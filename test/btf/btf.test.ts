import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Btf } from "../../lib/btf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";
import { RawBtfBuilder } from "../support/btf-builder.ts";
import { testObject } from "../support/objects.ts";

function btfOf(object: string): Btf {
  const section = new ElfFile(readFileSync(testObject(object))).section(".BTF");
  return Btf.parse(section?.data ?? new Uint8Array(0));
}

const kinds = btfOf("btf/kinds");

test("both byte orders decode to the same types", () => {
  const big = btfOf("btf/kinds_big_endian");
  expect(kinds.littleEndian).toBe(true);
  expect(big.littleEndian).toBe(false);
  expect(Array.from(big.types())).toEqual(Array.from(kinds.types()));
});

test("BTF at an odd address is read", () => {
  const bytes = new RawBtfBuilder().type("int", "int", 4, [0x0100_0020]).build();
  const moved = new Uint8Array(bytes.length + 1);
  moved.set(bytes, 1);
  expect(Btf.parse(moved.subarray(1)).type(1)).toEqual(Btf.parse(bytes).type(1));
});

test("void is type 0 and is counted", () => {
  const btf = Btf.parse(new RawBtfBuilder().build());
  expect(btf.typeCount).toBe(1);
  expect(btf.type(0)).toEqual({ kind: "void", id: 0, name: "void" });
  expect([...btf.types()]).toEqual([]);
});

test("a type is decoded once", () => {
  expect(kinds.type(1)).toBe(kinds.type(1));
});

test("find returns the first type with a name, findAll returns all, and both filter by kind", () => {
  const btf = Btf.parse(
    new RawBtfBuilder()
      .type("struct", "twice", 0)
      .type("int", "once", 4, [32])
      .type("typedef", "twice", 2)
      .type("typedef", "", 2)
      .build(),
  );
  expect(btf.find("twice")?.id).toBe(1);
  expect(btf.find("twice", "typedef")?.id).toBe(3);
  expect(btf.findAll("twice").map((type) => type.id)).toEqual([1, 3]);
  expect(btf.find("thrice")).toBeUndefined();
  expect(btf.find("wice")).toBeUndefined();
  expect(btf.find("twice", "func")).toBeUndefined();
  expect(btf.find("")).toBeUndefined();
});

test("lookup by search and by table finds the same types", () => {
  const names = [...new Set(Array.from(kinds.types(), (type) => type.name))].filter((name) => name !== "");
  expect(names.length).toBeGreaterThan(20);
  const ids = (btf: Btf, name: string) => btf.findAll(name).map((type) => type.id);
  const byTable = btfOf("btf/kinds");
  for (let i = 0; i < 20; i++) byTable.find("anything");
  for (const name of names) {
    const bySearch = btfOf("btf/kinds");
    const expected = Array.from(kinds.types()).filter((type) => type.name === name);
    expect(ids(bySearch, name)).toEqual(expected.map((type) => type.id));
    expect(ids(byTable, name)).toEqual(expected.map((type) => type.id));
  }
});

test("a name that shares bytes with a longer name is found", () => {
  const builder = new RawBtfBuilder();
  const whole = builder.string("sub_name");
  builder.words(whole, 0x0400_0000, 0, whole + 4, 0x0400_0000, 0);
  const btf = Btf.parse(builder.build());
  expect(btf.findAll("name").map((type) => type.id)).toEqual([2]);
  expect(btf.findAll("sub_name").map((type) => type.id)).toEqual([1]);
});

test("a split BTF finds names of the base and its own, in strings of either", () => {
  const base = Btf.parse(new RawBtfBuilder().type("int", "int", 4, [32]).build());
  const split = () =>
    Btf.parse(
      new RawBtfBuilder({ firstString: 5 }).type("struct", "own", 4).words(1, 0x0800_0000, 1).build(),
      {
        base,
      },
    );
  expect(split().typeCount).toBe(4);
  expect(split().find("own")?.id).toBe(2);
  expect(split().type(3)).toMatchObject({ kind: "typedef", name: "int" });
  expect(
    split()
      .findAll("int")
      .map((type) => type.id),
  ).toEqual([1, 3]);
  const often = split();
  for (let i = 0; i < 20; i++) often.find("anything");
  expect(often.findAll("int").map((type) => type.id)).toEqual([1, 3]);
  expect(split().sizeof(3)).toBe(4);
});

test("sizeof follows typedefs, qualifiers and arrays", () => {
  const size = (name: string) => kinds.sizeof(kinds.find(name)?.id ?? -1);
  const everything = kinds.find("everything", "struct");
  const member = (name: string) =>
    kinds.sizeof(
      (everything?.kind === "struct" && everything.members.find((m) => m.name === name)?.type) || -1,
    );
  expect(size("opaque_again")).toBe(8);
  expect(size("packed")).toBe(9);
  expect(member("matrix")).toBe(96);
  expect(member("big")).toBe(16);
  expect(member("unchanging")).toBe(8);
  expect(member("tail")).toBe(0);
});

test("resolve follows typedefs, qualifiers and tags, but not pointers", () => {
  const resolved = (name: string) => kinds.resolve(kinds.find(name)?.id ?? -1);
  expect(resolved("handler").kind).toBe("ptr");
  expect(resolved("opaque_again").kind).toBe("ptr");
  expect(kinds.resolve(0).kind).toBe("void");
});

test("declaration tags of a type, a member, a parameter and a variable", () => {
  const everything = kinds.find("everything", "struct");
  const index =
    everything?.kind === "struct" ? everything.members.findIndex((m) => m.name === "pointer") : -1;
  expect(kinds.declTags(everything?.id ?? 0).sort()).toEqual(["and another", "of the struct"]);
  expect(kinds.declTags(everything?.id ?? 0, index)).toEqual(["of the member"]);
  expect(kinds.declTags(kinds.find("helper", "func")?.id ?? 0, 0)).toEqual(["of the parameter"]);
  expect(kinds.declTags(kinds.find("everything", "var")?.id ?? 0)).toEqual(["of the variable"]);
  expect(kinds.declTags(1)).toEqual([]);
});

test("bitfields of old compilers are read from the integer type", () => {
  const btf = Btf.parse(
    new RawBtfBuilder()
      .type("int", "unsigned int", 4, [0x0005_0003])
      .type("struct", "s", 4, [0, 1, 7], 1)
      .build(),
  );
  expect(btf.type(1)).toMatchObject({ bits: 3, bitOffset: 5, size: 4 });
  expect(btf.type(2)).toMatchObject({ members: [{ bitOffset: 7, bitfieldSize: 0 }] });
});

test("more elements than 16 bits can count, as from Linux 7", () => {
  const count = 0x1_0001;
  const words = Array.from({ length: count * 2 }, (_, i) => (i % 2 === 0 ? 0 : i));
  const type = Btf.parse(new RawBtfBuilder().type("enum", "many", 4, words, count).build()).type(1);
  expect(type.kind === "enum" && type.values.length).toBe(count);
});

test("an unknown kind is skipped if the header gives its length", () => {
  // Linux 7's header: offset and length of the layout, here at the end of the strings; four bytes for each kind.
  const layout = new Uint8Array(21 * 4);
  layout.set([4, 8], 20 * 4);
  const headerTail = new Uint8Array(8);
  const plain = new RawBtfBuilder({ headerTail })
    .type(20, "unknown", 0, [1, 2, 3, 4, 5], 2)
    .type("int", "int", 4, [32])
    .build();
  const bytes = new Uint8Array(plain.length + layout.length);
  bytes.set(plain);
  bytes.set(layout, plain.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(24, plain.length - 32, true);
  view.setUint32(28, layout.length, true);
  const btf = Btf.parse(bytes);
  expect(btf.find("int")).toMatchObject({ id: 2, kind: "int" });
  expect(() => btf.type(1)).toThrow(/kind 20, which is unknown/);
});
