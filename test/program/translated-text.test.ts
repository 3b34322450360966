import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { asm, CollectionSpec, Program } from "../../lib/index.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

const objects = [
  exampleObject("counter"),
  exampleObject("xdp"),
  exampleObject("kprobe"),
  testObject("program_run"),
  testObject("link_usdt"),
];

// bpftool 7.1 writes these differently:
// - The target of a jump as a distance. We write a label. The test writes both as the slot.
// - The callee of a call of a subprogram as a distance and the symbol of its machine code. We write its label.
// - A map by its ID. We write its name.
// - A function as its C declaration. We write its name as a label.
// - A line of C without its place.
// - The move of a pointer to per-CPU memory (`r0 = &(void __percpu *)(r0)`, Linux 6.10) as `r0 = r0`.
test.for(objects)(
  "translated programs of %s have the text that bpftool gives them",
  async (object, context) => {
    requires(context, existsSync("/usr/sbin/bpftool"), "bpftool is not installed");
    using coll = await CollectionSpec.fromFile(object).load();
    const mapIds = new Map(Object.values(coll.maps).map((map) => [map.info().name, map.info().id]));
    let lines = 0;
    for (const program of Object.values(coll.programs)) {
      const theirs = byBpftool(program);
      expect(ours(program.instructions(), mapIds)).toEqual(theirs);
      lines += theirs.length;
    }
    expect(lines).toBeGreaterThan(10);
  },
);

test("a kernel function that a loaded program calls has its name", (context) => {
  requires(context, existsSync("/sys/kernel/btf/vmlinux"), "the kernel has no BTF");
  requiresLinux(context, "6.2", "bpf_rcu_read_lock");
  using program = Program.create({
    type: "syscall",
    license: "GPL",
    flags: 1 << 4,
    instructions: [
      asm.callKfunc("bpf_rcu_read_lock"),
      asm.call("ktime_get_ns"),
      asm.callKfunc("bpf_rcu_read_unlock"),
      asm.mov(asm.r0, 0),
      asm.exit(),
    ],
  });
  const instructions = program.instructions();
  const called = instructions.flatMap((item) => {
    return item instanceof asm.Instruction && item.target !== undefined ? [item.target] : [];
  });
  expect(called).toEqual([
    { kind: "kfunc", name: "bpf_rcu_read_lock" },
    { kind: "helper", name: "bpf_ktime_get_ns" },
    { kind: "kfunc", name: "bpf_rcu_read_unlock" },
  ]);
  const helpers = instructions.filter((item) => asm.print([item]).includes("bpf_ktime_get_ns#"));
  expect(Buffer.from(asm.encode(helpers)).toString("hex"), "the address of a helper is kept").toBe(
    Buffer.from(program.translated().subarray(8, 16)).toString("hex"),
  );
});

function byBpftool(program: Program): string[] {
  const id = String(program.info().id);
  const text = execFileSync("bpftool", ["prog", "dump", "xlated", "id", id], { encoding: "utf8" });
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) =>
      line
        .replace(/^.*?(\w+)\(.*\):$/, "$1:")
        .replace(/call pc[+-]\d+#bpf_prog_[0-9a-f]+_(\w+)$/, "call $1")
        .replace(/^( *(\d+):.*goto )pc([+-]\d+)$/, (_, head, slot, distance) => {
          return `${head}slot ${Number(slot) + 1 + Number(distance)}`;
        }),
    );
}

function ours(items: readonly asm.Item[], mapIds: ReadonlyMap<string, number>): string[] {
  const slots = new Map<string, number>();
  let slot = 0;
  for (const item of items) {
    if (item instanceof asm.Label) slots.set(item.name, slot);
    else slot += item.slots;
  }
  return asm
    .print(items, { numbers: true })
    .split("\n")
    .filter((line) => line !== "" && !/^L\d+:$/.test(line))
    .map((line) =>
      line
        .replace(/^(; .*) @ \S+:\d+$/, "$1")
        .replace(/goto (\w+)$/, (_, label) => `goto slot ${slots.get(label)}`)
        .replace(/map\[([\w.]+)\]/, (_, name) => `map[id:${mapIds.get(name)}]`)
        .replace(/(r\d+) = &\(void __percpu \*\)\((r\d+)\)$/, "$1 = $2"),
    );
}
