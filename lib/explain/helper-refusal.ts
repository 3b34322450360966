import { helper, programType } from "../features/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { lockdown } from "../kernel/lockdown.ts";
import { kernelVersion } from "../kernel/version.ts";
import type { ProgramType } from "../spec/index.ts";
import { attempt } from "./attempt.ts";

// LOCKDOWN_BPF_READ_KERNEL and LOCKDOWN_BPF_WRITE_USER (kernel/trace/bpf_trace.c).
const readsKernel = /^bpf_probe_read(_str|_kernel|_kernel_str)?$/;
const writesUser = /^bpf_probe_write_user$/;

/** The CONFIG options of helpers that a kernel version alone does not guarantee. */
const options: Readonly<Record<string, string>> = {
  bpf_override_return: "BPF_KPROBE_OVERRIDE",
};

// Program types that together may call nearly every helper.
const various: readonly ProgramType[] = [
  "sched-cls",
  "xdp",
  "kprobe",
  "cgroup-sock-addr",
  "sk-msg",
  "syscall",
];

/** The reason why the verifier does not know a helper or does not allow it in programs of a type. */
export function helperRefusal(type: ProgramType, name: string): string {
  const locked = lockdown();
  if (readsKernel.test(name) && locked === "confidentiality")
    return `The kernel is locked down (confidentiality), which forbids programs to read its memory with ${name}: see /sys/kernel/security/lockdown`;
  if (writesUser.test(name) && (locked === "confidentiality" || locked === "integrity"))
    return `The kernel is locked down (${locked}), which forbids ${name}: see /sys/kernel/security/lockdown`;
  const option = options[name];
  if (option !== undefined && kernelConfig(option) === "n")
    return `${name} needs a kernel that was built with CONFIG_${option}, and this one was not`;
  const elsewhere = attempt(() =>
    various.some((other) => other !== type && programType(other) && helper(other, name)),
  );
  if (elsewhere === undefined) return `Programs of type "${type}" may not call ${name} in this kernel`;
  if (elsewhere) return `Programs of type "${type}" may not call ${name}; programs of some other types may`;
  return `This kernel, ${kernelVersion()}, does not have ${name} for any common program type`;
}
