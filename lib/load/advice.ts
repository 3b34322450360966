import { helper, helperNames, kernelVersion, programType } from "../features/index.ts";
import type { Capability } from "../kernel/privilege.ts";
import type { ObjectSpec, ProgramType } from "../spec/index.ts";
import type { VerifierFailure } from "../verifier/verifier-log.ts";

// What helps against what verifiers most often say, from 5.10 to 7.3.
const advice: readonly [reason: RegExp, remedy: string][] = [
  [/_or_null'?$|_or_null'? expected|_or_null /, "Compare the pointer with NULL before using it"],
  [/^invalid access to packet/, "Compare the end of what is read with data_end first"],
  [/^invalid access to map value/, "The access ends past the value: check the index first"],
  [/unbounded (min|max|memory)/, "Check the index against both bounds first, as an unsigned number"],
  [/^invalid (variable-offset )?(read|write|indirect).* stack/, "The access ends outside of the variable"],
  [
    /^Unreleased reference/,
    "Give it back on every path (bpf_ringbuf_submit, bpf_ringbuf_discard, a release kfunc)",
  ],
  [
    /^(infinite loop|back-edge)/,
    "Give the loop a bound that the verifier can see, or use bpf_loop() or bpf_for()",
  ],
  [
    /too complex|program is too large/,
    "Shorten loops, take parts out into global functions, or use bpf_loop() or bpf_for()",
  ],
  [/^combined stack size/, "A program and what it calls have 512 bytes of stack: keep large data in a map"],
  [/GPL/, 'Declare the license: char LICENSE[] SEC("license") = "GPL"'],
  [
    /^failed to resolve CO-RE relocation/,
    "This kernel's types have no such member or type: guard the access with bpf_core_field_exists() or bpf_core_type_exists()",
  ],
  [/^BPF map .* wasn't created/, "Its autocreate is false: create it, or leave out what uses it"],
  [/^kfunc .* wasn't resolved/, "This kernel has no such function: guard the call with bpf_ksym_exists()"],
  [/^invalid bpf_context access/, "Programs of this type may not read or write that part of their context"],
];

/** What can be done about a refusal of a program; the kernel's own proposal where it makes one. */
export function adviceFor({ reason, suggestion }: VerifierFailure, type: ProgramType): string | undefined {
  return suggestion ?? helperAdvice(reason, type) ?? advice.find(([pattern]) => pattern.test(reason))?.[1];
}

// Types of programs that are between them allowed nearly every helper.
const various: readonly ProgramType[] = [
  "sched-cls",
  "xdp",
  "kprobe",
  "cgroup-sock-addr",
  "sk-msg",
  "syscall",
];

// Up to Linux 6.7 "unknown func" stands for a helper that the kernel lacks and for one that it forbids.
function helperAdvice(reason: string, type: ProgramType): string | undefined {
  const [, known, number] = /(?:func|cannot use helper) (?:(bpf_\w+)|unknown)#(\d+)/.exec(reason) ?? [];
  const name = known ?? helperNames()[Number(number) - 1];
  if (name === undefined) return undefined;
  const elsewhere = various.some((other) => other !== type && programType(other) && helper(other, name));
  if (elsewhere) return `Programs of type "${type}" may not call ${name}; those of some other types may`;
  return `This kernel, ${kernelVersion()}, has no ${name}, or not for any common type of program`;
}

const tracing = new Set<ProgramType>([
  "kprobe",
  "tracepoint",
  "perf-event",
  "raw-tracepoint",
  "raw-tracepoint-writable",
  "tracing",
  "lsm",
  "struct-ops",
  "ext",
]);
const unbound = new Set<ProgramType>(["socket-filter", "syscall", "unspec"]);

/** The capabilities that loading takes: CAP_BPF always, the others by the types of the programs. Linux 5.8. */
export function privilegesFor({ programs }: ObjectSpec): Capability[] {
  const types = Object.values(programs)
    .filter(({ autoload }) => autoload)
    .map(({ type }) => type);
  const needed: Capability[] = ["bpf"];
  if (types.some((type) => tracing.has(type))) needed.push("perfmon");
  if (types.some((type) => !tracing.has(type) && !unbound.has(type))) needed.push("net_admin");
  return needed;
}
