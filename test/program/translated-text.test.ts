import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { asm, CollectionSpec, Program } from "../../lib/index.ts";
import { linesOfBpftool, linesOfPrint } from "../support/bpftool-text.ts";
import { exampleObject, testObject } from "../support/objects.ts";
import { requires, requiresLinux } from "../support/requires.ts";

const objects = [
  exampleObject("counter"),
  exampleObject("xdp"),
  exampleObject("kprobe"),
  testObject("program_run"),
  testObject("link_usdt"),
];

test.for(objects)(
  "translated programs of %s have the text that bpftool gives them",
  async (object, context) => {
    requires(context, existsSync("/usr/sbin/bpftool"), "bpftool is not installed");
    using coll = await CollectionSpec.fromFile(object).load();
    let lines = 0;
    for (const program of Object.values(coll.programs)) {
      const theirs = linesOfBpftool(program, Object.values(coll.maps));
      expect(linesOfPrint(program.instructions())).toEqual(theirs);
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
