import { Btf, type BtfKind, type TypeId } from "../btf/index.ts";
import { UnknownNameError } from "../errors/index.ts";
import type { AttachType } from "../spec/index.ts";

// The prefix of target names in the kernel's BTF, by attach type.
const prefixes: Partial<Record<AttachType, readonly [prefix: string, kind: BtfKind, what: string]>> = {
  "trace-raw-tp": ["btf_trace_", "typedef", "tracepoint in the kernel's BTF"],
  "lsm-mac": ["bpf_lsm_", "func", "LSM hook"],
  "lsm-cgroup": ["bpf_lsm_", "func", "LSM hook"],
  "trace-iter": ["bpf_iter_", "func", "iterator"],
};

/**
 * Returns the BTF type of an attach target: a function of the kernel or of a program, a tracepoint, an LSM hook, or an
 * iterator.
 *
 * @param btf - BTF of the program that contains the function. Default: the kernel's BTF.
 * @throws {@link UnknownNameError} when nothing has the name; {@link NoBtfError} when the kernel has no BTF.
 */
export function attachBtfId(name: string, attachType: AttachType | undefined, btf?: Btf): TypeId {
  const byKernel = btf === undefined ? attachType && prefixes[attachType] : undefined;
  const [prefix, kind, what] = byKernel ?? ["", "func", "function in the BTF"];
  return find(btf ?? Btf.kernel(), prefix, name, kind, what);
}

/**
 * Returns the type of a kernel function that programs can call.
 *
 * @throws {@link UnknownNameError}, {@link NoBtfError}
 */
export function kfuncId(name: string): TypeId {
  return find(Btf.kernel(), "", name, "func", "function in the kernel's BTF");
}

/**
 * Returns the type of a kernel variable.
 *
 * @throws {@link UnknownNameError}, {@link NoBtfError}
 */
export function kernelVariableId(name: string): TypeId {
  return find(Btf.kernel(), "", name, "var", "variable in the kernel's BTF");
}

function find(btf: Btf, prefix: string, name: string, kind: BtfKind, what: string): TypeId {
  const found = btf.find(prefix + name, kind);
  if (found !== undefined) return found.id;
  throw new UnknownNameError({ what, wanted: name, known: namesOf(btf, prefix, kind) });
}

function* namesOf(btf: Btf, prefix: string, kind: BtfKind): Iterable<string> {
  for (const type of btf.types()) {
    if (type.kind === kind && type.name.startsWith(prefix)) yield type.name.slice(prefix.length);
  }
}
