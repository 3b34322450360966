import type { Btf, TypeId } from "../btf/index.ts";
import type { ByteOrder } from "./layout.ts";

/**
 * The byte order that a type states by its name: `__be16`, `__le32` and so on, or a typedef of such a type. The kernel
 * uses these types for the fields of packets and sockets. Undefined when the type has the order of the object.
 */
export function statedOrder(btf: Btf, id: TypeId): ByteOrder | undefined {
  const target = btf.resolve(id);
  if (target.kind !== "int") return undefined;
  // resolve() has excluded cycles, so this loop ends.
  for (let at = btf.type(id); at.id !== target.id && "type" in at; at = btf.type(at.type)) {
    const [, order, bits] = (at.kind === "typedef" && /^__(be|le)(16|32|64)$/.exec(at.name)) || [];
    if (order !== undefined && Number(bits) === target.size * 8) return order === "be" ? "big" : "little";
  }
  return undefined;
}
