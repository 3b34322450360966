import { BtfError } from "../../errors/index.ts";
import type { Btf } from "../btf.ts";
import type { CoreRelocation } from "../ext.ts";
import type { BtfComposite, TypeId } from "../types.ts";

/** A step from a type to a part of it: a member by its name, or any element of an array. */
export type AccessStep = { readonly member: string } | "element";

/** The name without a flavor: `task_struct___old` means `task_struct`. */
export function essentialName(name: string): string {
  const flavor = name.lastIndexOf("___");
  return flavor > 0 ? name.slice(0, flavor) : name;
}

/**
 * The steps of an access such as `0:1:2`. Anonymous structs and unions are left out, since kernels differ in them.
 *
 * @throws {@link BtfError} when the access does not fit its type.
 */
export function stepsOf(btf: Btf, { type, access }: Pick<CoreRelocation, "type" | "access">): AccessStep[] {
  const indexes = access.split(":").map(Number);
  const steps: AccessStep[] = [];
  let at = btf.resolve(type);
  // The first index counts whole values behind the pointer.
  for (const index of indexes.slice(1)) {
    if (at.kind === "array") {
      steps.push("element");
      at = btf.resolve(at.type);
      continue;
    }
    const member = at.kind === "struct" || at.kind === "union" ? at.members[index] : undefined;
    if (member === undefined) throw new BtfError(`access ${access} does not fit BTF type ${type}`);
    if (member.name !== "") steps.push({ member: member.name });
    at = btf.resolve(member.type);
  }
  return steps;
}

/** A member on the way to a named one: the struct that has it, and its index. */
export interface MemberPlace {
  readonly struct: TypeId;
  readonly index: number;
}

/** Where a struct has a member of a name, through anonymous structs and unions; undefined if it has none. */
export function findMember(
  btf: Btf,
  struct: BtfComposite,
  name: string,
  depth = 0,
): MemberPlace[] | undefined {
  if (depth > 32) return undefined;
  for (const [index, member] of struct.members.entries()) {
    const here = { struct: struct.id, index };
    if (member.name === name) return [here];
    if (member.name !== "") continue;
    const inner = btf.resolve(member.type);
    if (inner.kind !== "struct" && inner.kind !== "union") continue;
    const behind = findMember(btf, inner, name, depth + 1);
    if (behind !== undefined) return [here, ...behind];
  }
  return undefined;
}
