import { readFileSync } from "node:fs";
import { Btf } from "../btf/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";

// Each function here throws where the kernel's BTF cannot be read.

// How the kernel's BTF calls what programs are attached to.
const prefixed = /^(bpf_lsm_|btf_trace_|bpf_iter_)?(.*)$/s;

/**
 * Names in the kernel's BTF that are close to a function, tracepoint, LSM hook or iterator that it does not have, best
 * first.
 *
 * @param wanted - As BTF has it: `bpf_lsm_file_open`, `btf_trace_sys_enter`, `vfs_read`.
 */
export function nearestTargets(wanted: string): string[] {
  const [, prefix = "", name = wanted] = prefixed.exec(wanted) ?? [];
  const kind = prefix === "btf_trace_" ? "typedef" : "func";
  return nearestNames(name, namesOf(kind, prefix));
}

/** What `wanted` is called in C and by the reader: without the prefix that BTF puts before it. */
export function targetName(wanted: string): string {
  return prefixed.exec(wanted)?.[2] ?? wanted;
}

/** Functions of the kernel that are close to one that it does not have. */
export function nearestKernelFunctions(wanted: string): string[] {
  return nearestNames(wanted, namesOf("func", ""));
}

/** The members of a struct in the kernel's BTF; undefined where it has no such struct. */
export function kernelMembers(struct: string): string[] | undefined {
  for (const type of vmlinux().types())
    if (type.kind === "struct" && type.name === struct) return type.members.map(({ name }) => name);
  return undefined;
}

function namesOf(kind: "func" | "typedef", prefix: string): Set<string> {
  const names = new Set<string>();
  for (const type of vmlinux().types())
    if (type.kind === kind && type.name.startsWith(prefix)) names.add(type.name.slice(prefix.length));
  return names;
}

// Parsed anew each time: it takes 60 MB, and is needed after a failure only.
function vmlinux(): Btf {
  return Btf.parse(readFileSync("/sys/kernel/btf/vmlinux"));
}
