import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ElfFile } from "../../lib/elf/index.ts";
import { Btf, BtfBuilder, type BtfDescription, BtfError, EbpfError, printC } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";

/** The C of types that refer to each other by ID, from 1. */
const cOf = (...types: BtfDescription[]) => {
  const builder = new BtfBuilder();
  for (const type of types) builder.define(builder.reserve(), type);
  return printC(builder.build());
};

test("types that contain themselves cannot be printed as C", () => {
  expect(() => cOf({ kind: "typedef", name: "a", type: 2 }, { kind: "ptr", type: 2 })).toThrow(BtfError);
  expect(() => cOf({ kind: "typedef", name: "a", type: 2 }, { kind: "const", type: 2 })).toThrow(BtfError);
  const array: BtfDescription = { kind: "array", type: 2, indexType: 0, length: 1 };
  expect(() => cOf({ kind: "typedef", name: "a", type: 2 }, array)).toThrow(BtfError);
});

test("a struct that is an unnamed member of itself cannot be printed as C", () => {
  const members = [{ type: 1, bitOffset: 0 }];
  expect(() => cOf({ kind: "struct", name: "self", size: 8, members })).toThrow(/nested too deeply/);
});

test("deeply nested types are a typed error, not a stack overflow", () => {
  const builder = new BtfBuilder();
  let type = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  for (let i = 0; i < 20_000; i++)
    type = builder.add({ kind: "struct", name: "", size: 4, members: [{ name: "a", type, bitOffset: 0 }] });
  builder.add({ kind: "typedef", name: "deep", type });
  expect(() => printC(builder.build())).toThrow(/nested too deeply/);
});

test("types with unbounded C output are refused", () => {
  const builder = new BtfBuilder();
  let type = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  for (let i = 0; i < 32; i++) {
    const twice = [0, 1].map(() => ({ type, bitOffset: 0 }));
    type = builder.add({ kind: "union", name: `level_${i}`, size: 4, members: twice });
  }
  expect(() => printC(builder.build())).toThrow(/more than 64 MiB/);
});

test("duplicate names in the string section are one name in C", () => {
  const builder = new BtfBuilder();
  for (const name of ["one", "two"]) builder.add({ kind: "struct", name, size: 0, members: [] });
  const bytes = Buffer.from(builder.encode());
  bytes.write("one", bytes.indexOf("two"));
  expect(printC(Btf.parse(bytes))).toBe("struct one {\n};\n\nstruct one___2 {\n};\n\n");
});

test("mutated BTF is an error of this package or C, never an error of the engine", () => {
  const bytes = new ElfFile(readFileSync(testObject("collection"))).section(".BTF")?.data as Uint8Array;
  let seed = 1;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fff_ffff;
    return seed % below;
  };
  let printed = 0;
  for (let round = 0; round < 3000; round++) {
    const mutated = Buffer.from(bytes);
    for (let i = random(4); i >= 0; i--) {
      // Small numbers in words are other types, kinds and counts.
      const at = 24 + random(mutated.length - 28);
      if (random(2) === 0) mutated.writeUInt32LE(random(64), at - (at % 4));
      else mutated[at] = random(256);
    }
    try {
      printC(Btf.parse(mutated));
      printed++;
    } catch (error) {
      expect(error).toBeInstanceOf(EbpfError);
    }
  }
  expect(printed).toBeGreaterThan(300);
});
