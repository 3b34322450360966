import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { BtfExt } from "../../lib/btf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";
import { Btf, BtfBuilder, type BtfDescription, BtfError } from "../../lib/index.ts";
import { builtObjects } from "../support/objects.ts";
import { requires, requiresCommand, requiresLinux } from "../support/requires.ts";
import { asBpftool, dumpByBpftool } from "./bpftool.ts";

const vmlinux = "/sys/kernel/btf/vmlinux";

const every: readonly BtfDescription[] = [
  { kind: "int", name: "int", size: 4, signed: true },
  { kind: "int", name: "char", size: 1, char: true },
  { kind: "int", name: "_Bool", size: 1, bool: true },
  { kind: "int", name: "old_bitfield", size: 4, bits: 3, bitOffset: 5 },
  { kind: "float", name: "double", size: 8 },
  { kind: "ptr", type: 0 },
  { kind: "array", type: 1, length: 7 },
  { kind: "struct", name: "plain", size: 8, members: [{ name: "a", type: 1, bitOffset: 0 }] },
  {
    kind: "struct",
    name: "bits",
    size: 4,
    members: [
      { name: "a", type: 1, bitOffset: 0, bitfieldSize: 3 },
      { name: "b", type: 1, bitOffset: 3, bitfieldSize: 29 },
    ],
  },
  { kind: "union", size: 8, members: [{ type: 1, bitOffset: 0 }] },
  { kind: "enum", name: "e", signed: true, values: [{ name: "MINUS", value: -1 }] },
  { kind: "enum", name: "f", values: [{ name: "LARGE", value: 0xffff_ffff }] },
  { kind: "enum64", name: "g", values: [{ name: "HUGE", value: 2n ** 64n - 1n }] },
  { kind: "enum64", name: "h", signed: true, values: [{ name: "TINY", value: -(2n ** 63n) }] },
  { kind: "fwd", name: "hidden", of: "union" },
  { kind: "typedef", name: "plain_t", type: 8 },
  { kind: "const", type: 1 },
  { kind: "volatile", type: 1 },
  { kind: "restrict", type: 6 },
  { kind: "type-tag", name: "user", type: 1 },
  { kind: "func-proto", returnType: 1, params: [{ name: "a", type: 1 }, { type: 0 }] },
];

test("every kind of type is read by us and by bpftool as it was described", (context) => {
  requiresCommand(context, "bpftool");
  const builder = new BtfBuilder();
  for (const description of every) builder.add(description);
  const proto = builder.add(every.at(-1) as BtfDescription);
  const func = builder.add({ kind: "func", name: "f", type: proto, linkage: "static" });
  const variable = builder.add({ kind: "var", name: "v", type: 1 });
  builder.add({ kind: "datasec", name: ".data", size: 4, vars: [{ type: variable, offset: 0, size: 4 }] });
  builder.add({ kind: "decl-tag", name: "tag", type: func, component: 0 });
  const btf = builder.build();
  const kinds = new Set(Array.from(btf.types(), ({ kind }) => kind));
  expect(kinds.size).toBe(19);
  for (const [i, { kind, name = "" }] of every.entries()) {
    // The array brings the type of its index along.
    const id = i < 6 ? i + 1 : i + 2;
    expect(btf.type(id)).toMatchObject({ kind, name });
  }
  expect(byBpftool(builder.encode())).toEqual(Array.from(btf.types(), asBpftool));
});

function byBpftool(bytes: Uint8Array, base?: Uint8Array): unknown[] {
  const folder = mkdtempSync(join(tmpdir(), "btf-"));
  try {
    writeFileSync(join(folder, "btf"), bytes);
    if (base !== undefined) writeFileSync(join(folder, "base"), base);
    return dumpByBpftool(join(folder, "btf"), base === undefined ? undefined : join(folder, "base"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("types described in place are added once", () => {
  const builder = new BtfBuilder();
  const u32 = { kind: "int", name: "unsigned int", size: 4 } as const;
  const event = {
    kind: "struct",
    name: "event",
    size: 24,
    members: [
      { name: "pid", type: u32, bitOffset: 0 },
      { name: "next", type: { kind: "ptr", type: { kind: "const", type: u32 } }, bitOffset: 64 },
      { name: "args", type: { kind: "array", type: u32, length: 2 }, bitOffset: 128 },
    ],
  } as const;
  const id = builder.add(event);
  expect(builder.add(event)).toBe(id);
  const btf = builder.build();
  expect(Array.from(btf.types(), ({ kind }) => kind)).toEqual(["int", "const", "ptr", "array", "struct"]);
  expect(btf.sizeof(id)).toBe(24);
});

test("a struct points to itself by a reserved id", () => {
  const builder = new BtfBuilder();
  const id = builder.reserve();
  const pointer = builder.add({ kind: "ptr", type: id });
  builder.define(id, {
    kind: "struct",
    name: "node",
    size: 8,
    members: [{ name: "next", type: pointer, bitOffset: 0 }],
  });
  expect(builder.build().find("node", "struct")).toMatchObject({ id, members: [{ type: pointer }] });
  expect(() => builder.define(id, { kind: "fwd", name: "x", of: "struct" })).toThrow(BtfError);
  builder.reserve();
  expect(() => builder.encode()).toThrow(/never defined/);
});

test("IDs and string offsets of split BTF continue those of its base", (context) => {
  requiresCommand(context, "bpftool");
  const base = new BtfBuilder();
  const int = base.add({ kind: "int", name: "int", size: 4, signed: true });
  const split = new BtfBuilder({ base: base.build() });
  expect(split.add({ kind: "typedef", name: "number", type: int })).toBe(2);
  const btf = split.build();
  expect(btf.sizeof(2)).toBe(4);
  expect(byBpftool(split.encode(), base.encode())).toEqual([asBpftool(btf.type(2))]);
});

test("numbers that do not fit BTF are refused", () => {
  const refuses = (type: BtfDescription, message: RegExp) => {
    expect(() => new BtfBuilder().add(type)).toThrow(BtfError);
    expect(() => new BtfBuilder().add(type)).toThrow(message);
  };
  refuses({ kind: "int", name: "huge", size: 17 }, /int "huge": expected a size from 0 to 16, received 17/);
  refuses({ kind: "enum", name: "e", values: [{ name: "A", value: -1 }] }, /A = -1 does not fit/);
  refuses({ kind: "nothing" } as never, /no kind of type is called "nothing"/);
  refuses({ kind: "ptr", type: -1 }, /expected a BTF type or its ID/);
  refuses({ kind: "struct", name: "s", size: 8, members: [{ type: 1, bitOffset: -1 }] }, /at bit -1/);
  refuses({ kind: "func", name: "f", type: 1, linkage: "weak" } as never, /no linkage is called "weak"/);
});

/** The same types, each encoded anew. */
function encodedAnew(btf: Btf): Btf {
  const builder = new BtfBuilder({ base: btf.base, littleEndian: btf.littleEndian });
  const first = btf.base?.typeCount ?? 1;
  for (let id = first; id < btf.typeCount; id++) builder.reserve();
  for (let id = first; id < btf.typeCount; id++) builder.define(id, btf.type(id) as never);
  return builder.build();
}

test("a builder made from BTF keeps its IDs and string offsets, replaces types and finds them by name", () => {
  const path = builtObjects().find((object) => object.endsWith("/collection.bpf.o")) as string;
  const elf = new ElfFile(readFileSync(path));
  const btf = Btf.parse((elf.section(".BTF") as { data: Uint8Array }).data);
  const ext = (elf.section(".BTF.ext") as { data: Uint8Array }).data;
  const builder = BtfBuilder.from(btf);
  const maps = btf.find(".maps", "datasec") as { id: number };
  builder.replace(maps.id, { kind: "const", type: 0 });
  const added = builder.add({ kind: "typedef", name: "a_new_name", type: maps.id });
  expect(added).toBe(btf.typeCount);
  expect(builder.string(".maps")).toBeLessThan(btf.stringsEnd);
  const built = builder.build();
  expect(new BtfExt(ext, built).lines).toEqual(new BtfExt(ext, btf).lines);
  expect(built.type(maps.id)).toMatchObject({ kind: "const", type: 0 });
  expect(Array.from(built.types()).filter(({ id }) => id !== maps.id && id !== added)).toEqual(
    Array.from(btf.types()).filter(({ id }) => id !== maps.id),
  );
  expect(() => builder.replace(0, { kind: "const", type: 0 })).toThrow("no BTF type has ID 0");
  expect(() => builder.replace(added + 1, { kind: "const", type: 0 })).toThrow(BtfError);
});

test("types of every object and of the kernel are unchanged after a rewrite", (context) => {
  const blobs = builtObjects().flatMap((path) => new ElfFile(readFileSync(path)).section(".BTF")?.data ?? []);
  expect(blobs.length).toBeGreaterThan(30);
  for (const blob of blobs) {
    const btf = Btf.parse(blob);
    expect(Array.from(BtfBuilder.from(btf).build().types())).toEqual(Array.from(btf.types()));
    expect(Array.from(encodedAnew(btf).types())).toEqual(Array.from(btf.types()));
  }
  requires(context, existsSync(vmlinux), "the kernel has no BTF");
  const kernel = Btf.kernel();
  for (const again of [BtfBuilder.from(kernel).build(), encodedAnew(kernel)]) {
    expect(again.typeCount).toBe(kernel.typeCount);
    for (let id = 1; id < kernel.typeCount; id += 7) expect(again.type(id)).toEqual(kernel.type(id));
  }
});

test("BTF of a module extends the kernel's", (context) => {
  requiresLinux(context, "5.11", "BTF of modules");
  const modules = existsSync("/sys/kernel/btf")
    ? execFileSync("ls", ["/sys/kernel/btf"], { encoding: "utf8" })
        .split("\n")
        .filter((n) => n !== "" && n !== "vmlinux")
    : [];
  const [name] = modules;
  requires(context, name !== undefined, "no module with BTF is loaded");
  const btf = Btf.module(name as string);
  expect(btf.typeCount).toBeGreaterThan(Btf.kernel().typeCount);
  for (const again of [BtfBuilder.from(btf).build(), encodedAnew(btf)])
    for (let id = Btf.kernel().typeCount; id < btf.typeCount; id++)
      expect(again.type(id)).toEqual(btf.type(id));
});

test("an unknown module is refused", () => {
  expect(() => Btf.module("no_such_module")).toThrow(/module "no_such_module" has no BTF. Load it/);
  expect(() => Btf.module("../vmlinux")).toThrow(/no module is called/);
});
