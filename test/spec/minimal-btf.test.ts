import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { main } from "../../lib/cli/ebpf/main.ts";
import { Btf, BtfBuilder, CollectionSpec, mergeBtf, minimalBtf, ObjectSpec } from "../../lib/index.ts";
import { builtObjects, testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

const vmlinux = "/sys/kernel/btf/vmlinux";
const bpftool = "/usr/sbin/bpftool";

/** The types by kind, and the members of all structs. */
function counts(btf: Btf): Record<string, number> {
  const count: Record<string, number> = { member: 0 };
  for (const type of btf.types()) {
    count[type.kind] = (count[type.kind] ?? 0) + 1;
    if ("members" in type) count["member"] = (count["member"] as number) + type.members.length;
  }
  return count;
}

test("bpftool keeps the same types and members for every object of the build", (context) => {
  requires(context, existsSync(vmlinux) && existsSync(bpftool), "needs the kernel's BTF and bpftool");
  const folder = mkdtempSync(join(tmpdir(), "min-btf-"));
  try {
    let compared = 0;
    for (const file of builtObjects()) {
      const spec = ObjectSpec.fromFile(file);
      const ours = Btf.parse(minimalBtf(Btf.kernel(), spec));
      if (ours.typeCount < 3) continue;
      const theirs = join(folder, "min.btf");
      execFileSync(bpftool, ["gen", "min_core_btf", vmlinux, theirs, file]);
      expect({ file, ...counts(ours) }).toEqual({ file, ...counts(Btf.parse(readFileSync(theirs))) });
      compared++;
    }
    expect(compared).toBeGreaterThan(3);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an object loads with only its minimal BTF", async (context) => {
  requires(context, existsSync(vmlinux), "the kernel has no BTF");
  requiresLinux(context, "6.1", "the verifier that accepts opensnoop");
  const folder = mkdtempSync(join(tmpdir(), "min-btf-"));
  try {
    const object = builtObjects().find((file) => file.endsWith("/opensnoop.bpf.o")) as string;
    const file = join(folder, "min.btf");
    expect(await main(["min-btf", "-o", file, object])).toBe(0);
    expect(readFileSync(file).length).toBeLessThan(20_000);
    using coll = CollectionSpec.fromFile(object).loadSync({ kernelBtf: file });
    expect(Object.keys(coll.programs).length).toBeGreaterThan(0);

    // Without the members it does not load.
    writeFileSync(file, minimalBtf(Btf.kernel()));
    expect(() => CollectionSpec.fromFile(object).loadSync({ kernelBtf: file })).toThrow();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("an object that needs a type of a module is refused beside kernelBtf, and loads with a merged file", (context) => {
  requires(context, existsSync(vmlinux), "the kernel has no BTF");
  const folder = mkdtempSync(join(tmpdir(), "min-btf-"));
  try {
    const file = join(folder, "kernel.btf");
    const spec = CollectionSpec.fromFile(testObject("load/core_targets"));
    for (const program of Object.values(spec.programs)) program.autoload = program.name === "reads_struct";
    const bytes = minimalBtf(Btf.kernel(), spec);
    const kernel = Btf.parse(bytes);
    writeFileSync(file, bytes);
    expect(() => spec.loadSync({ kernelBtf: file })).toThrow(
      new RegExp(`${file} has no struct no_such_struct[^]*from kernelBtf alone[^]*mergeBtf`),
    );
    const module = new BtfBuilder({ base: kernel });
    module.add({
      kind: "struct",
      name: "no_such_struct",
      size: 4,
      members: [{ name: "field", type: { kind: "int", name: "int", size: 4, signed: true }, bitOffset: 0 }],
    });
    writeFileSync(file, mergeBtf([kernel, module.build()]).bytes);
    using coll = spec.loadSync({ kernelBtf: file });
    expect(Object.keys(coll.programs)).toContain("reads_struct");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
