import { EbpfError } from "../errors/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { lockdown } from "../kernel/lockdown.ts";
import { kernelVersion, needsLinux } from "../kernel/version.ts";
import type { ProgramType } from "../spec/index.ts";
import { helperSince } from "./helper-since.ts";
import { helper, programType } from "./probe-types.ts";

// LOCKDOWN_BPF_READ_KERNEL and LOCKDOWN_BPF_WRITE_USER (kernel/trace/bpf_trace.c).
const readsKernel = /^bpf_probe_read(_str|_kernel|_kernel_str)?$/;
const writesUser = /^bpf_probe_write_user$/;

/** The CONFIG options of helpers that a kernel version alone does not guarantee. */
const options: Readonly<Record<string, string>> = {
  bpf_override_return: "BPF_KPROBE_OVERRIDE",
};

// Program types that, taken together, may call nearly every helper.
const various: readonly ProgramType[] = [
  "sched-cls",
  "xdp",
  "kprobe",
  "cgroup-sock-addr",
  "sk-msg",
  "syscall",
];

/** The reason why the verifier lacks a helper, or does not allow it in programs of a type. */
export function helperLack(type: ProgramType, name: string): string {
  const locked = lockdown();
  if (readsKernel.test(name) && locked === "confidentiality")
    return `The kernel is locked down (confidentiality), which forbids programs to read its memory with ${name}: see /sys/kernel/security/lockdown`;
  if (writesUser.test(name) && (locked === "confidentiality" || locked === "integrity"))
    return `The kernel is locked down (${locked}), which forbids ${name}: see /sys/kernel/security/lockdown`;
  const option = options[name];
  if (option !== undefined && kernelConfig(option) === "n")
    return `${name} needs a kernel that was built with CONFIG_${option}, and this one was not`;
  const since = needsLinux(helperSince(name));
  if (since !== undefined) return since;
  const elsewhere = various.find((other) => other !== type && isCalledFrom(other, name));
  return elsewhere === undefined
    ? `Programs of type "${type}" may not call ${name} in this kernel, ${kernelVersion()}`
    : `Programs of type "${type}" may not call ${name}; programs of type "${elsewhere}" may`;
}

function isCalledFrom(type: ProgramType, name: string): boolean {
  try {
    return programType(type) && helper(type, name);
  } catch (error) {
    if (error instanceof EbpfError) return false;
    throw error;
  }
}
