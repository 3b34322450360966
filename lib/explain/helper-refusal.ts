import { helper, programType } from "../features/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { lockdown } from "../kernel/lockdown.ts";
import { kernelVersion } from "../kernel/version.ts";
import type { ProgramType } from "../spec/index.ts";
import { attempt } from "./attempt.ts";

// LOCKDOWN_BPF_READ_KERNEL and LOCKDOWN_BPF_WRITE_USER (kernel/trace/bpf_trace.c).
const readsKernel = /^bpf_probe_read(_str|_kernel|_kernel_str)?$/;
const writesUser = /^bpf_probe_write_user$/;

/** What a kernel is built with to have some helpers, which no version alone gives. */
const options: Readonly<Record<string, string>> = {
  bpf_override_return: "BPF_KPROBE_OVERRIDE",
};

// Types of programs that are between them allowed nearly every helper.
const various: readonly ProgramType[] = [
  "sched-cls",
  "xdp",
  "kprobe",
  "cgroup-sock-addr",
  "sk-msg",
  "syscall",
];

/** Why the verifier does not know a helper, or keeps it from programs of a type. */
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
  if (elsewhere) return `Programs of type "${type}" may not call ${name}; those of some other types may`;
  return `This kernel, ${kernelVersion()}, has no ${name}, or not for any common type of program`;
}
