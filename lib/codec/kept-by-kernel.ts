import type { Btf, TypeId } from "../btf/index.ts";

/** Types in map values that the kernel manages and user space cannot write. */
const structs = new Set([
  "bpf_spin_lock",
  "bpf_res_spin_lock",
  "bpf_timer",
  "bpf_wq",
  "bpf_task_work",
  "bpf_list_head",
  "bpf_list_node",
  "bpf_rb_root",
  "bpf_rb_node",
  "bpf_refcount",
]);
const pointers = new Set(["kptr_untrusted", "kptr", "percpu_kptr", "uptr"]);

/** Whether a type is one that the kernel manages. */
export function isKept(btf: Btf, id: TypeId): boolean {
  const resolved = btf.resolve(id);
  if (resolved.kind === "struct") return structs.has(resolved.name);
  if (resolved.kind !== "ptr") return false;
  const tag = btf.type(resolved.type);
  return tag.kind === "type-tag" && pointers.has(tag.name);
}

/**
 * The names of the types in a type, or of it, that the kernel manages: `bpf_timer`, and an empty name for a pointer.
 * The type can be a data section.
 */
export function keptIn(btf: Btf, id: TypeId, depth = 0): string[] {
  if (depth > 32) return [];
  const type = btf.resolve(id);
  if (isKept(btf, id)) return [type.kind === "struct" ? type.name : ""];
  const within = (part: { type: TypeId }) => keptIn(btf, part.type, depth + 1);
  switch (type.kind) {
    case "datasec":
      return type.vars.flatMap(within);
    case "struct":
    case "union":
      return type.members.flatMap(within);
    case "var":
    case "array":
      return within(type);
    default:
      return [];
  }
}
