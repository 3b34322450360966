import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ElfFile } from "../../lib/elf/index.ts";
import {
  Btf,
  BtfBuilder,
  type BtfComposite,
  BtfError,
  cHeader,
  printC,
  UnknownNameError,
} from "../../lib/index.ts";
import { RawBtfBuilder } from "../support/btf-builder.ts";
import { builtObjects, testObject } from "../support/objects.ts";
import { requires, requiresCommand } from "../support/requires.ts";

const clang = "clang-19";

/** Compiles C for BPF, and returns the BTF of the object. */
function compile(source: string): Btf {
  const folder = mkdtempSync(join(tmpdir(), "btf-c-"));
  try {
    writeFileSync(join(folder, "a.c"), source);
    const flags = [
      "-target",
      "bpf",
      "-g",
      "-O1",
      "-Werror",
      "-Wno-unknown-attributes",
      "-c",
      "a.c",
      "-o",
      "a.o",
    ];
    execFileSync(clang, flags, { cwd: folder, stdio: "pipe" });
    return Btf.parse(
      new ElfFile(readFileSync(join(folder, "a.o"))).section(".BTF")?.data ?? new Uint8Array(0),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The structs and unions whose name only one type has. */
function composites(btf: Btf): BtfComposite[] {
  const found = new Map<string, BtfComposite | undefined>();
  for (const type of btf.types()) {
    if (type.name === "" || !["struct", "union", "enum", "enum64"].includes(type.kind)) continue;
    found.set(type.name, found.has(type.name) ? undefined : (type as BtfComposite));
  }
  return [...found.values()].filter(
    (type) => type?.kind === "struct" || type?.kind === "union",
  ) as BtfComposite[];
}

function assertions(btf: Btf): string[] {
  return composites(btf).flatMap(({ kind, name, size, members }) => [
    `_Static_assert(sizeof(${kind} ${name}) == ${size}, "size");`,
    ...members
      .filter((member) => member.name !== "" && member.bitfieldSize === 0 && member.bitOffset % 8 === 0)
      .map(
        (m) =>
          `_Static_assert(__builtin_offsetof(${kind} ${name}, ${m.name}) == ${m.bitOffset / 8}, "offset");`,
      ),
  ]);
}

test("the kernel's types in C compile with the layout of the kernel", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requiresCommand(context, clang);
  const btf = Btf.kernel();
  const checks = assertions(btf);
  expect(checks.length).toBeGreaterThan(10_000);
  compile(`${cHeader(btf)}${checks.join("\n")}\nint x;\n`);
});

/** Members with the names of their types. */
function shape(btf: Btf, name: string): unknown {
  const type = btf.findAll(name).find(({ kind }) => kind === "struct" || kind === "union") as BtfComposite;
  const members = type.members.map((m) => ({
    ...m,
    type: btf.sizeof(m.type),
    kind: btf.resolve(m.type).kind,
  }));
  return { kind: type.kind, size: type.size, members };
}

const objects = builtObjects().flatMap((path) => {
  const elf = new ElfFile(readFileSync(path));
  const section = elf.littleEndian ? elf.section(".BTF") : undefined;
  return section === undefined ? [] : [Btf.parse(section.data)];
});

test("types of objects printed as C compile to the same types", (context) => {
  requiresCommand(context, clang);
  let compared = 0;
  // In one file each, so that clang starts a few times only.
  for (const btf of objects.filter((object) => composites(object).length > 2).slice(0, 16)) {
    const names = composites(btf);
    const variables = names.map(({ kind, name }, i) => `${kind} ${name} *pointer_${i};`).join("\n");
    const again = compile(`${printC(btf)}${variables}\n`);
    for (const { name } of names) {
      expect(shape(again, name), name).toEqual(shape(btf, name));
      compared++;
    }
  }
  expect(compared).toBeGreaterThan(50);
});

test("unnamed members of a named type are members of the struct around them", (context) => {
  requiresCommand(context, clang);
  const builder = new BtfBuilder();
  const int = builder.add({ kind: "int", name: "int", size: 4, signed: true });
  const member = (name: string, type: number, bitOffset: number) => ({ name, type, bitOffset });
  const inner = builder.add({ kind: "struct", name: "inner", size: 4, members: [member("a", int, 0)] });
  const alias = builder.add({
    kind: "typedef",
    name: "alias_t",
    type: { kind: "union", name: "", size: 4, members: [member("b", int, 0), member("c", int, 0)] },
  });
  const constant = builder.add({ kind: "const", type: inner });
  builder.add({
    kind: "struct",
    name: "outer",
    size: 12,
    members: [member("", inner, 0), member("", alias, 32), member("d", constant, 64)],
  });
  const c = printC(builder.build());
  expect(c).toContain("\tstruct {\n\t\tint a;\n\t};\n\tunion {\n");
  expect(c).toContain("\tconst struct inner d;\n");
  compile(
    `${c}_Static_assert(sizeof(struct outer) == 12, "");int f(struct outer *o) { return o->a + o->c; }`,
  );
});

test("every kind of type is declared", (context) => {
  requiresCommand(context, clang);
  const btf = Btf.parse(
    new ElfFile(readFileSync(testObject("btf/kinds"))).section(".BTF")?.data ?? new Uint8Array(0),
  );
  const c = printC(btf);
  expect(c).toContain('__attribute__((btf_type_tag("');
  expect(c).toContain("__attribute__((packed))");
  compile(`${c}int x;\n`);
});

test("types that contain themselves or multiply are refused in bounded time", () => {
  const pointer = new RawBtfBuilder().type("ptr", "", 1).type("typedef", "p_t", 1).build();
  expect(() => printC(Btf.parse(pointer))).toThrow(BtfError);
  // Each anonymous struct has two of the next: 2^40 members.
  const many = new RawBtfBuilder();
  for (let id = 1; id <= 40; id++)
    many.type("struct", id === 1 ? "top" : "", 0, [0, id + 1, 0, 0, id + 1, 0], 2);
  many.type("int", "int", 4, [32]);
  expect(() => printC(Btf.parse(many.build()))).toThrow(BtfError);
}, 30_000);

test("a hole of megabytes is printed as one line", (context) => {
  requiresCommand(context, clang);
  const struct = "struct aligned { char first; int second __attribute__((aligned(2097152))); }";
  const btf = compile(`${struct} x;`);
  const c = printC(btf, { types: ["aligned"] });
  expect(c.length).toBeLessThan(200);
  const again = compile(`${c}struct aligned x;`).find("aligned", "struct") as BtfComposite;
  expect(again.size).toBe(4_194_304);
  expect(again.members.find(({ name }) => name === "second")?.bitOffset).toBe(2_097_152 * 8);
});

test("only the named types and their dependencies are printed", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requiresCommand(context, clang);
  const btf = Btf.kernel();
  const c = printC(btf, { types: ["struct list_head", "pid_t"] });
  expect(c).toContain("struct list_head {\n\tstruct list_head *next;\n\tstruct list_head *prev;\n};");
  expect(c).toContain("typedef __kernel_pid_t pid_t;");
  expect(c.length).toBeLessThan(1000);
  const { size } = btf.find("sk_buff", "struct") as BtfComposite;
  const header = cHeader(btf, { types: ["struct sk_buff"] });
  expect(header.length).toBeLessThan(30_000);
  compile(`${header}_Static_assert(sizeof(struct sk_buff) == ${size}, "size");\nint x;\n`);
  expect(() => printC(btf, { types: ["struct sk_bufff"] })).toThrow(UnknownNameError);
  expect(() => printC(btf, { types: ["struct sk_bufff"] })).toThrow(/sk_buff/);
});
