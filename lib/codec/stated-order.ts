import type { Btf, TypeId } from "../btf/index.ts";
import type { ByteOrder } from "./layout.ts";

/**
 * The byte order that the names of a type state: that of `__be16`, `__le32` and so on, which the kernel uses for the
 * fields of packets and sockets, and of all typedefs of them. Undefined when the type has the order of the object.
 */
export function statedOrder(btf: Btf, id: TypeId): ByteOrder | undefined {
  const target = btf.resolve(id);
  if (target.kind !== "int") return undefined;
  // resolve() has made sure that this ends.
  for (let at = btf.type(id); at.id !== target.id && "type" in at; at = btf.type(at.type)) {
    const [, order, bits] = (at.kind === "typedef" && /^__(be|le)(16|32|64)$/.exec(at.name)) || [];
    if (order !== undefined && Number(bits) === target.size * 8) return order === "be" ? "big" : "little";
  }
  return undefined;
}
