import { expect, test } from "vitest";
import {
  attachTypeName,
  attachTypeNumber,
  meaningOfSection,
  ObjectSpec,
  programTypeName,
  programTypeNumber,
} from "../../lib/spec/index.ts";
import { testObject } from "../support/objects.ts";

// agreement.test.ts compares all sections with libbpf.
test.each([
  ["tracepoint/syscalls/sys_enter_execve", "tracepoint", undefined, "syscalls/sys_enter_execve", []],
  ["kprobe", "kprobe", undefined, undefined, []],
  ["kprobe/do_unlinkat+0x10", "kprobe", undefined, "do_unlinkat+0x10", []],
  ["uprobe.s//bin/bash:readline", "kprobe", undefined, "/bin/bash:readline", ["sleepable"]],
  ["kprobe.multi/tcp_*", "kprobe", "trace-kprobe-multi", "tcp_*", []],
  ["usdt.s/libc.so.6:libc:setjmp", "kprobe", undefined, "libc.so.6:libc:setjmp", ["usdt", "sleepable"]],
  ["fentry.s/bprm_execve", "tracing", "trace-fentry", "bprm_execve", ["attach-btf", "sleepable"]],
  ["lsm/file_open", "lsm", "lsm-mac", "file_open", ["attach-btf"]],
  ["tc/ingress", "sched-cls", "tcx-ingress", undefined, []],
  ["tc", "sched-cls", undefined, undefined, []],
  ["xdp.frags/cpumap", "xdp", "xdp-cpumap", undefined, ["xdp-frags"]],
  ["cgroup_skb/ingress", "cgroup-skb", "cgroup-inet-ingress", undefined, []],
  ["cgroup/connect4", "cgroup-sock-addr", "cgroup-inet4-connect", undefined, []],
  ["struct_ops.s/cong_avoid", "struct-ops", undefined, "cong_avoid", ["sleepable"]],
  ["syscall", "syscall", undefined, undefined, ["sleepable"]],
  ["tp/", "tracepoint", undefined, "", []],
  ["tpx", "unspec", undefined, undefined, []],
  ["xdp/eth0", "unspec", undefined, undefined, []],
  ["", "unspec", undefined, undefined, []],
])('SEC("%s") is a %s program', (section, type, attachType, target, flags) => {
  expect(meaningOfSection(section)).toEqual({ type, attachType, target, flags });
});

test("program types have names and numbers, including newer ones", () => {
  expect(programTypeNumber("xdp")).toBe(6);
  expect(programTypeName(6)).toBe("xdp");
  expect(programTypeName(1000)).toBe("unknown-1000");
  expect(programTypeNumber("unknown-1000")).toBe(1000);
  expect(attachTypeNumber("trace-fentry")).toBe(24);
  expect(attachTypeName(24)).toBe("trace-fentry");
  expect(attachTypeNumber(attachTypeName(777))).toBe(777);
});

test("programs are listed by section and position, without subprograms", () => {
  const { programs } = ObjectSpec.fromFile(testObject("spec/subprograms"));
  const list = Object.values(programs).map(({ name, section, type, autoload }) => ({
    name,
    section,
    type,
    autoload,
  }));
  expect(list).toEqual([
    { name: "first", section: "xdp", type: "xdp", autoload: true },
    { name: "second", section: "xdp", type: "xdp", autoload: true },
    { name: "left_out", section: "xdp", type: "xdp", autoload: false },
    { name: "of_no_known_type", section: "section/of/our/own", type: "unspec", autoload: true },
  ]);
  expect(programs.second?.instructionOffset).toBe(programs.first?.instructionCount);
});

test("a program has the ID of its function in BTF", () => {
  const { programs, btf } = ObjectSpec.fromFile(testObject("spec/subprograms"));
  const func = btf?.type(programs.first?.func ?? 0);
  expect(func).toMatchObject({ kind: "func", name: "first", linkage: "global" });
  expect(ObjectSpec.fromFile(testObject("spec/no_btf")).programs.count?.func).toBeUndefined();
});

test("edits contain only differences from the object", () => {
  const spec = ObjectSpec.fromFile(testObject("spec/subprograms"));
  const { first, left_out } = spec.programs;
  if (first === undefined || left_out === undefined) throw new Error("programs are missing");
  left_out.autoload = true;
  first.autoattach = false;
  first.flags = 1;
  first.attachTo = "eth0";
  expect(spec.edits().programs).toEqual([
    { name: "first", autoattach: false, flags: 1, attachTo: "eth0" },
    { name: "left_out", autoload: true },
  ]);
  left_out.autoload = false;
  expect(left_out.edits()).toBeUndefined();
});
