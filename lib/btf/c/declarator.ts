import type { Btf } from "../btf.ts";
import type { TypeId } from "../types.ts";

/** The parts of a declaration that the caller supplies. */
export interface Parts {
  /** The definition of an anonymous struct, union or enum. */
  inline(id: TypeId): string;
  /** The name of a type in C. It differs from the BTF name if several types have that name. */
  nameOf(id: TypeId): string;
}

/**
 * Returns the C declaration of a name with a type, for example `const char *name[16]`.
 *
 * Pointers, arrays and functions are wrapped around the name from the outside in. The remaining type is the specifier.
 */
export function declare(btf: Btf, id: TypeId, name: string, parts: Parts): string {
  let declarator = name;
  let qualifiers = "";
  let at = id;
  for (;;) {
    const type = btf.type(at);
    switch (type.kind) {
      case "const":
      case "volatile":
      case "restrict":
        // An array of const elements is const.
        if (!qualifiers.includes(type.kind)) qualifiers = `${type.kind} ${qualifiers}`;
        at = type.type;
        break;
      case "type-tag":
        qualifiers += `__attribute__((btf_type_tag("${type.name}"))) `;
        at = type.type;
        break;
      case "ptr": {
        const target = btf.type(skipQualifiers(btf, type.type)).kind;
        const inner = `*${qualifiers === "" ? "" : ` ${qualifiers}`}${declarator}`.trimEnd();
        declarator = target === "array" || target === "func-proto" ? `(${inner})` : inner;
        qualifiers = "";
        at = type.type;
        break;
      }
      case "array":
        declarator = `${declarator}[${type.length}]`;
        at = type.type;
        break;
      case "func-proto": {
        const params = type.params.map((param) =>
          param.type === 0 ? "..." : declare(btf, param.type, param.name, parts),
        );
        declarator = `${declarator}(${params.length === 0 ? "void" : params.join(", ")})`;
        at = type.returnType;
        break;
      }
      default: {
        const front = `${qualifiers}${base(btf, at, parts)}`;
        return declarator === "" ? front : `${front} ${declarator}`;
      }
    }
  }
}

/** Resolves const, volatile, restrict and tags, but not typedefs. */
export function skipQualifiers(btf: Btf, id: TypeId): TypeId {
  let at = id;
  for (;;) {
    const type = btf.type(at);
    if (!("type" in type) || !["const", "volatile", "restrict", "type-tag"].includes(type.kind)) return at;
    at = type.type;
  }
}

function base(btf: Btf, id: TypeId, parts: Parts): string {
  const type = btf.type(id);
  switch (type.kind) {
    case "struct":
    case "union":
    case "enum":
    case "enum64":
      if (type.name === "") return parts.inline(id);
      return `${type.kind === "enum64" ? "enum" : type.kind} ${parts.nameOf(id)}`;
    case "fwd":
      return `${type.of} ${parts.nameOf(id)}`;
    case "typedef":
      return parts.nameOf(id);
    default:
      return type.name;
  }
}
