import type { Btf, BtfBuilder, BtfReference, BtfType, TypeId } from "../../btf/index.ts";
import { AsmError } from "../../errors/index.ts";

/** Returns the BTF of the kernel. @throws {@link AsmError} when the contents have none. */
export function needKernelBtf(kernelBtf: Btf | undefined, what: string): Btf {
  if (kernelBtf !== undefined) return kernelBtf;
  throw new AsmError(`${what} refers to the kernel, whose types are not known`, {
    remedy: "Set `kernelBtf` to `Btf.kernel()` or to the `Btf.module(name)` that has it",
  });
}

/**
 * Copies the part of a kernel type that libbpf compares when it resolves an extern. Structs keep their names and sizes
 * but no members, since libbpf compares only that both are structs.
 */
export function copyType(builder: BtfBuilder, from: Btf, id: TypeId): BtfReference {
  const type = from.type(id);
  const copy = (of: TypeId) => copyType(builder, from, of);
  switch (type.kind) {
    case "void":
      return 0;
    case "struct":
    case "union":
      return builder.add({ kind: type.kind, name: type.name, size: type.size, members: [] });
    case "ptr":
      return builder.add({ kind: "ptr", type: copy(type.type) });
    case "array":
      return builder.add({ kind: "array", type: copy(type.type), length: type.length });
    case "typedef":
      return builder.add({ kind: "typedef", name: type.name, type: copy(type.type) });
    case "func-proto":
      return builder.add(prototype(type, copy));
    case "int":
    case "float":
    case "enum":
    case "enum64":
    case "fwd":
      return builder.add(type);
    default:
      return "type" in type ? copy(type.type) : 0;
  }
}

function prototype(type: BtfType & { kind: "func-proto" }, copy: (id: TypeId) => BtfReference) {
  return {
    kind: "func-proto",
    returnType: copy(type.returnType),
    params: type.params.map(({ name, type: of }) => ({ name, type: copy(of) })),
  } as const;
}
