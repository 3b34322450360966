import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ElfFile } from "../../lib/elf/index.ts";
import { Btf, BtfBuilder, BtfError, mergeBtf, printC } from "../../lib/index.ts";
import { testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

/** `struct node { struct node *next; T value; }`, with other types before it so that IDs differ. */
function list(before: number, value: string, size = 4): Btf {
  const builder = new BtfBuilder();
  for (let i = 0; i < before; i++) builder.add({ kind: "int", name: `filler_${i}`, size: 1 });
  const node = builder.reserve();
  builder.define(node, {
    kind: "struct",
    name: "node",
    size: 16,
    members: [
      { name: "next", type: { kind: "ptr", type: node }, bitOffset: 0 },
      { name: "value", type: { kind: "int", name: value, size }, bitOffset: 64 },
    ],
  });
  return builder.build();
}

/** A pointer to `struct node` that is only declared. */
function pointer(): Btf {
  const builder = new BtfBuilder();
  builder.add({
    kind: "typedef",
    name: "node_t",
    type: { kind: "ptr", type: { kind: "fwd", name: "node", of: "struct" } },
  });
  return builder.build();
}

const named = (btf: Btf, name: string) => btf.findAll(name).map(({ kind }) => kind);

test("equal recursive structs are merged", () => {
  const { btf, ids } = mergeBtf([list(0, "int"), list(3, "int")]);
  expect(named(btf, "node")).toEqual(["struct"]);
  expect(btf.typeCount).toBe(1 + 3 + 3);
  expect(ids[0]?.[1]).toBe(ids[1]?.[4]);
  expect(printC(btf)).toContain("struct node {\n\tstruct node *next;\n\tint value;\n");
});

test("structs with the same name that differ behind a pointer are not merged", () => {
  const wrapped = (value: string) => {
    const builder = BtfBuilder.from(list(0, value));
    const node = builder.build().find("node")?.id as number;
    builder.add({
      kind: "struct",
      name: "outer",
      size: 8,
      members: [{ name: "n", type: { kind: "ptr", type: node }, bitOffset: 0 }],
    });
    return builder.build();
  };
  const { btf } = mergeBtf([wrapped("int"), wrapped("unsigned int")]);
  expect(named(btf, "outer")).toEqual(["struct", "struct"]);
});

test("a forward declaration is resolved if exactly one type matches", () => {
  expect(named(mergeBtf([pointer(), list(0, "int")]).btf, "node")).toEqual(["struct"]);
  const several = mergeBtf([pointer(), list(0, "int"), list(0, "unsigned int")]);
  expect(named(several.btf, "node").sort()).toEqual(["fwd", "struct", "struct"]);
});

test("variables and sections are not merged", () => {
  const builder = new BtfBuilder();
  const int = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  const variable = builder.add({ kind: "var", name: "x", type: int, linkage: "global" });
  builder.add({ kind: "datasec", name: ".data", size: 4, vars: [{ type: variable, offset: 0, size: 4 }] });
  const { btf } = mergeBtf([builder.build(), builder.build()]);
  expect(named(btf, "x")).toEqual(["var", "var"]);
  expect(named(btf, ".data")).toEqual(["datasec", "datasec"]);
  expect(named(btf, "int")).toEqual(["int"]);
});

test("BTF of different bases or byte orders is refused", () => {
  const big = new BtfBuilder({ littleEndian: false });
  big.add({ kind: "int", name: "int", size: 4 });
  const little = new BtfBuilder({ littleEndian: true });
  expect(() => mergeBtf([little.build(), big.build()])).toThrow(BtfError);
  const base = list(0, "int");
  expect(() => mergeBtf([list(1, "int"), new BtfBuilder({ base }).build()])).toThrow(/another base/);
});

test("types of the base are not repeated", () => {
  const base = list(0, "int");
  const copy = new BtfBuilder({ base });
  const node = copy.reserve();
  copy.define(node, {
    kind: "struct",
    name: "node",
    size: 16,
    members: [
      { name: "next", type: { kind: "ptr", type: node }, bitOffset: 0 },
      { name: "value", type: base.find("int")?.id as number, bitOffset: 64 },
    ],
  });
  copy.add({ kind: "typedef", name: "own", type: node });
  const { btf, ids } = mergeBtf([copy.build()]);
  expect(ids[0]?.[node]).toBe(base.find("node")?.id);
  expect(btf.typeCount).toBe(base.typeCount + 1);
});

test("a base that is merged too gives BTF that extends nothing", () => {
  const base = list(2, "int");
  const builder = new BtfBuilder({ base });
  builder.add({ kind: "typedef", name: "node_t", type: base.find("node", "struct")?.id ?? 0 });
  builder.add({ kind: "struct", name: "filler", size: 0, members: [] });
  const split = builder.build();
  for (const order of [
    [base, split],
    [split, base],
  ]) {
    const { btf, ids } = mergeBtf(order);
    expect(btf.base).toBeUndefined();
    expect(btf.typeCount).toBe(split.typeCount);
    expect(printC(btf)).toContain("typedef struct node node_t;");
    expect(ids.map((of) => of.length)).toEqual(order.map((of) => of.typeCount));
    expect(ids[0]?.[1]).toBe(ids[1]?.[1]);
  }
});

test("the kernel's BTF has no duplicates", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requiresLinux(context, "6.1", "pahole that removes all duplicates");
  const btf = Btf.kernel();
  expect(mergeBtf([btf]).btf.typeCount).toBe(btf.typeCount);
});

/** How many types there are of each kind that libbpf removes the duplicates of. */
function counts(btf: Btf): Record<string, number> {
  const count: Record<string, number> = {};
  for (const { kind } of btf.types()) {
    if (["func", "var", "datasec"].includes(kind)) continue;
    count[kind] = (count[kind] ?? 0) + 1;
  }
  return count;
}

test("two merged objects have as many types as libbpf's linker keeps", (context) => {
  requires(context, existsSync("/usr/sbin/bpftool"), "bpftool is not installed");
  const folder = mkdtempSync(join(tmpdir(), "btf-merge-"));
  const btfOf = (file: string) =>
    Btf.parse(new ElfFile(readFileSync(file)).section(".BTF")?.data ?? new Uint8Array(0));
  try {
    for (const [a, b] of [
      ["collection", "map_keys"],
      ["link_net", "program_run"],
      ["load_maps", "link_trace"],
    ] as const) {
      const linked = join(folder, "linked.o");
      execFileSync("/usr/sbin/bpftool", ["gen", "object", linked, testObject(a), testObject(b)]);
      const merged = mergeBtf([btfOf(testObject(a)), btfOf(testObject(b))]).btf;
      expect(counts(merged)).toEqual(counts(btfOf(linked)));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
