/** What the errors of the kernel mean when they come from BPF. */
export const errnos: Readonly<Record<string, string>> = {
  E2BIG:
    "A map is larger than the kernel allows, or a program has too many instructions. The message names the field or the limit.",
  EACCES:
    "The verifier refused a program, or the kernel refused an operation for lack of a capability (perf events: also kernel.perf_event_paranoid). error.explain() has the reason.",
  EAGAIN: "The kernel had no time or memory at that moment. Try again.",
  EBUSY:
    "Something is already attached there, or a map is in use in a way that excludes the operation. link.query shows what is attached.",
  EEXIST: "A key, a pin or an attachment already exists.",
  EINVAL:
    "The kernel does not accept a value, or is too old for a field or flag. The message names it if it is known; ebpf doctor object.o checks an object.",
  EMFILE: "The process has no descriptor left: raise ulimit -n, or close what is not used.",
  ENOENT: "A key, a pin, a function or a file does not exist. The message names it.",
  ENOMEM:
    "The kernel has no memory for a map or program. Make maxEntries or the value smaller, and look at the memory limit of the cgroup.",
  ENOSPC: "A map, a log or a table is full.",
  ENOTSUP:
    "This kernel does not have the requested feature. The message names the first Linux that has it, where known.",
  EPERM:
    "A capability is missing (CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN or CAP_SYS_ADMIN), or the environment forbids it: seccomp in a container, lockdown, a user namespace, kernel.unprivileged_bpf_disabled, and on kernels before 5.11 RLIMIT_MEMLOCK. ebpf doctor shows which of them applies.",
  ESRCH: "No process or symbol of that name or number exists.",
};
