import { readFileSync } from "node:fs";
import { missingField } from "../btf/core-target.ts";
import { Btf } from "../btf/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";

// Each function in this file throws when the kernel's BTF cannot be read.

/**
 * The names in the kernel's BTF that are most similar to a missing function, tracepoint, LSM hook or iterator, best
 * first.
 *
 * @param prefix - What the kernel's BTF puts before the names of its kind: `bpf_lsm_`, `btf_trace_`.
 */
export function nearestTargets(wanted: string, prefix: string): string[] {
  return nearestNames(wanted, namesOf(prefix === "btf_trace_" ? "typedef" : "func", prefix));
}

/** The functions for programs with the names most similar to a missing one. Only newer kernels mark them in their BTF. */
export function nearestKfuncs(wanted: string): string[] {
  const btf = vmlinux();
  const names = new Set<string>();
  for (const type of btf.types()) {
    const target = type.kind === "decl-tag" && type.name === "bpf_kfunc" ? btf.type(type.type) : undefined;
    if (target?.kind === "func") names.add(target.name);
  }
  return nearestNames(wanted, names);
}

/** Whether the kernel's BTF has a function. */
export function kernelHasFunction(name: string): boolean {
  return vmlinux().find(name, "func") !== undefined;
}

/** The members of a struct in the kernel's BTF. Undefined if the BTF has no such struct. */
export function kernelMembers(struct: string): string[] | undefined {
  for (const type of vmlinux().types())
    if (type.kind === "struct" && type.name === struct) return type.members.map(({ name }) => name);
  return undefined;
}

/**
 * The first field of a path that the kernel's BTF does not have; the struct itself if `field` is undefined.
 *
 * @param struct - `struct task_struct`.
 * @param file - A file with the kernel's types. Default: the kernel's own BTF.
 */
export function missingKernelField(
  struct: string,
  path: readonly string[],
  file?: string,
): { field?: string; nearest: string[] } | undefined {
  const [, kind, name = ""] = /^(struct|union) (\w+)$/.exec(struct) ?? [];
  if (kind === undefined) return undefined;
  const missing = missingField(vmlinux(file), kind as "struct" | "union", name, path);
  if (missing === undefined) return undefined;
  if (!missing.wanted.includes(".")) return { nearest: [] };
  const field = missing.wanted.slice(missing.wanted.lastIndexOf(".") + 1);
  return { field, nearest: nearestNames(field, missing.candidates) };
}

function namesOf(kind: "func" | "typedef", prefix: string): Set<string> {
  const names = new Set<string>();
  for (const type of vmlinux().types())
    if (type.kind === kind && type.name.startsWith(prefix)) names.add(type.name.slice(prefix.length));
  return names;
}

// Parsed for each call: a cache would hold 60 MB that only failures need.
function vmlinux(file = "/sys/kernel/btf/vmlinux"): Btf {
  return Btf.parse(readFileSync(file));
}
