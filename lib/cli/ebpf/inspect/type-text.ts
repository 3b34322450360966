import type { Btf, BtfType, TypeId } from "../../../btf/index.ts";

/** A type in C, without a declared name: `struct event`, `char[16]`, `__u64`. Undefined for one that has no name. */
export function typeText(btf: Btf, id: TypeId): string | undefined {
  const type = btf.type(id);
  switch (type.kind) {
    case "array": {
      const element = typeText(btf, type.type);
      return element === undefined ? undefined : `${element}[${type.length}]`;
    }
    case "ptr": {
      const target = type.type === 0 ? "void" : typeText(btf, type.type);
      return target === undefined ? undefined : `${target} *`;
    }
    case "const":
    case "volatile":
    case "restrict":
    case "type-tag":
      return typeText(btf, type.type);
    // The values of a data section.
    case "datasec":
      return undefined;
    default:
      return named(type);
  }
}

function named(type: BtfType): string | undefined {
  if (!("name" in type) || type.name === "") return undefined;
  const { kind, name } = type;
  if (kind === "enum64") return `enum ${name}`;
  return kind === "struct" || kind === "union" || kind === "enum" ? `${kind} ${name}` : name;
}
