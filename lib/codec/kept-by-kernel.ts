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

/** Whether a type, or a part of it, is one that the kernel manages. The type can be a data section. */
export function holdsKept(btf: Btf, id: TypeId, depth = 0): boolean {
  if (depth > 32 || isKept(btf, id)) return depth <= 32;
  const type = btf.resolve(id);
  const holds = (part: TypeId) => holdsKept(btf, part, depth + 1);
  switch (type.kind) {
    case "datasec":
      return type.vars.some((each) => holds(each.type));
    case "struct":
    case "union":
      return type.members.some((each) => holds(each.type));
    case "var":
    case "array":
      return holds(type.type);
    default:
      return false;
  }
}
