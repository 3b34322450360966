import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { Btf } from "../../lib/btf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";
import { RawBtfBuilder } from "../support/btf-builder.ts";
import { builtObjects } from "../support/objects.ts";
import { requires } from "../support/requires.ts";
import { asBpftool, dumpByBpftool } from "./bpftool.ts";

const vmlinux = "/sys/kernel/btf/vmlinux";

const objects = builtObjects().flatMap((path) => {
  const section = new ElfFile(readFileSync(path)).section(".BTF");
  return section === undefined ? [] : { name: path.replace(/.*\/bpf\//, ""), path, btf: section.data };
});

test.each(objects)("bpftool reads the same types of $name", ({ path, btf }) => {
  const types = Array.from(Btf.parse(btf).types(), asBpftool);
  expect(types).toEqual(dumpByBpftool(path));
});

test("the objects have every kind of type", () => {
  const kinds = new Set(
    objects.flatMap(({ btf }) => Array.from(Btf.parse(btf).types(), (type) => type.kind)),
  );
  expect([...kinds].sort()).toEqual(
    "array const datasec decl-tag enum enum64 float func func-proto fwd int ptr restrict struct type-tag typedef union var volatile".split(
      " ",
    ),
  );
});

test("every type of the running kernel is what bpftool reads", { timeout: 60_000 }, (context) => {
  requires(context, existsSync(vmlinux), "the kernel has no BTF");
  const btf = Btf.parse(readFileSync(vmlinux));
  const theirs = dumpByBpftool(vmlinux);
  expect(btf.typeCount - 1).toBe(theirs.length);
  const wrong = theirs.findIndex((type, i) => !isDeepStrictEqual(asBpftool(btf.type(i + 1)), type));
  if (wrong !== -1) expect(asBpftool(btf.type(wrong + 1))).toEqual(theirs[wrong]);
});

test("bpftool reads the same types of split BTF", () => {
  const base = new RawBtfBuilder()
    .type("int", "int", 4, [0x0100_0020])
    .type("struct", "shared", 4, [0, 1, 0], 1)
    .build();
  const firstString = Btf.parse(base).typeCount > 0 ? stringsOf(base) : 0;
  const builder = new RawBtfBuilder({ firstString });
  const field = builder.string("field");
  const split = builder
    .type("ptr", "", 2)
    .type("struct", "of_the_module", 16, [field, 3, 0, field, 1, 64], 2)
    .words(1, 0x0800_0000, 4) // a typedef whose name is the base's "int"
    .build();

  const folder = mkdtempSync(join(tmpdir(), "btf-"));
  try {
    writeFileSync(join(folder, "base"), base);
    writeFileSync(join(folder, "split"), split);
    const btf = Btf.parse(split, { base: Btf.parse(base) });
    const ours = Array.from({ length: btf.typeCount - 3 }, (_, i) => asBpftool(btf.type(i + 3)));
    expect(ours).toEqual(dumpByBpftool(join(folder, "split"), join(folder, "base")));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

function stringsOf(btf: Uint8Array): number {
  return new DataView(btf.buffer).getUint32(20, true);
}
