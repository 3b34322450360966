import type { Btf, BtfBuilder, BtfComposite, BtfMember, BtfReference, TypeId } from "../../btf/index.ts";
import { codecOf } from "../../codec/index.ts";
import type { NewSymbol } from "../../elf/index.ts";
import { InvalidArgumentError } from "../../errors/index.ts";
import { roundUpTo8 } from "../../memory/round-up.ts";
import type { NewStructOps } from "./contents.ts";
import { needKernelBtf } from "./kernel-types.ts";
import { checkName, objectSymbol } from "./symbols.ts";
import { typeOf } from "./type-of.ts";

/** Structs of callbacks that are registered in the same way. */
export interface StructOpsSection {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly symbols: readonly NewSymbol[];
  /** The places of the addresses of programs. */
  readonly callbacks: readonly { readonly offset: number; readonly program: string }[];
}

/**
 * The sections of structs of callbacks. A struct has only the given members, because libbpf finds them in the kernel's
 * struct by name.
 *
 * @throws {@link InvalidArgumentError} for a struct or a member that the kernel does not have.
 */
export function structOpsSections(
  builder: BtfBuilder,
  all: Readonly<Record<string, NewStructOps>>,
  kernelBtf: Btf | undefined,
): StructOpsSection[] {
  return [".struct_ops.link", ".struct_ops"].flatMap((section) => {
    const own = Object.entries(all).filter(
      ([, { link = true }]) => link === (section === ".struct_ops.link"),
    );
    if (own.length === 0) return [];
    const btf = needKernelBtf(kernelBtf, `struct_ops "${own[0]?.[0]}"`);
    return [writeSection(builder, section, own, btf)];
  });
}

function writeSection(
  builder: BtfBuilder,
  section: string,
  all: readonly (readonly [string, NewStructOps])[],
  kernelBtf: Btf,
): StructOpsSection {
  let end = 0;
  const vars: { type: TypeId; offset: number; size: number }[] = [];
  const symbols: NewSymbol[] = [];
  const callbacks: { offset: number; program: string }[] = [];
  const writes: ((view: DataView) => void)[] = [];
  for (const [name, ops] of all) {
    checkName(name, "struct_ops");
    const struct = findStruct(kernelBtf, name, ops.type);
    const start = end;
    const members: { name: string; type: BtfReference; bitOffset: number }[] = [];
    for (const [memberName, value] of Object.entries(ops.members)) {
      const member = findMember(struct, name, memberName);
      const offset = end;
      const bitOffset = (offset - start) * 8;
      if (kernelBtf.resolve(member.type).kind === "ptr") {
        if (typeof value !== "string") {
          throw new InvalidArgumentError(
            `member "${memberName}" of struct_ops "${name}": expected the name of a program, received ${String(value)}`,
          );
        }
        callbacks.push({ offset, program: value });
        const callback = { kind: "func-proto", returnType: 0, params: [] } as const;
        members.push({ name: memberName, type: { kind: "ptr", type: callback }, bitOffset });
        end += 8;
      } else {
        const codec = codecOf(kernelBtf, member.type);
        members.push({ name: memberName, type: typeOf(builder, codec), bitOffset });
        writes.push((view) => codec.write(view, offset, value as never));
        end = roundUpTo8(end + codec.size);
      }
    }
    const size = end - start;
    if (size === 0) throw new InvalidArgumentError(`members of struct_ops "${name}": expected at least one`);
    const type = builder.add({ kind: "struct", name: ops.type, size, members });
    vars.push({ type: builder.add({ kind: "var", name, type }), offset: start, size });
    symbols.push(objectSymbol(name, section, start, size));
  }
  builder.add({ kind: "datasec", name: section, size: end, vars });
  const bytes = new Uint8Array(end);
  for (const write of writes) write(new DataView(bytes.buffer));
  return { name: section, bytes, symbols, callbacks };
}

function findStruct(kernelBtf: Btf, name: string, type: string): BtfComposite {
  const struct = kernelBtf.find(type, "struct");
  if (struct?.kind === "struct") return struct;
  throw new InvalidArgumentError(`struct_ops "${name}": the BTF of the kernel has no struct "${type}"`);
}

function findMember(struct: BtfComposite, name: string, member: string): BtfMember {
  const found = struct.members.find((each) => each.name === member);
  if (found === undefined) {
    throw new InvalidArgumentError(`struct_ops "${name}": struct "${struct.name}" has no member "${member}"`);
  }
  if (found.bitfieldSize !== 0) {
    throw new InvalidArgumentError(
      `struct_ops "${name}": member "${member}" is a bitfield, which libbpf cannot set`,
    );
  }
  return found;
}
