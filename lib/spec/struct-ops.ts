import type { Btf, BtfMember, TypeId } from "../btf/index.ts";
import { codecOf } from "../codec/index.ts";
import { EncodeError, UnknownNameError } from "../errors/index.ts";
import { namedLazily } from "./named.ts";
import type { StructOpsEdit } from "./write/edit-struct-ops.ts";

/** The struct of function pointers that a struct_ops map registers. */
export interface StructOps {
  /** The struct in the object's BTF. */
  readonly type: TypeId;
  /** The name of the struct in C. */
  readonly typeName: string;
  /** The names of the programs by struct member, before edits of `MapSpec.members`. */
  readonly programs: ReadonlyMap<string, string>;
}

export interface StructOpsDefinition extends StructOps {
  /** The names of the struct_ops programs of the object. */
  readonly callable: readonly string[];
  readonly sectionIndex: number;
  /** Bytes from the start of the section. */
  readonly offset: number;
}

/** The members of a struct that can be edited: libbpf sets neither bitfields nor pointers to data. */
export function editableMembers(btf: Btf, struct: TypeId): { member: BtfMember; isCallback: boolean }[] {
  const type = btf.resolve(struct);
  if (type.kind !== "struct") return [];
  return type.members.flatMap((member) => {
    const own = btf.resolve(member.type);
    const isCallback = own.kind === "ptr" && btf.resolve(own.type).kind === "func-proto";
    const isData = own.kind === "ptr" && !isCallback;
    return member.name === "" || member.bitfieldSize !== 0 || isData ? [] : { member, isCallback };
  });
}

/** The edits of the members of a struct_ops map. */
export class StructOpsEdits {
  readonly members: Record<string, unknown>;
  readonly #definition: StructOpsDefinition;
  /** The programs by the offset of the member in bytes. */
  #callbacks = new Map<number, string>();
  isEdited = false;

  constructor(map: string, definition: StructOpsDefinition, btf: Btf, contents: () => Uint8Array) {
    this.#definition = definition;
    this.members = namedLazily(
      "struct_ops member",
      editableMembers(btf, definition.type).map(({ member, isCallback }) => {
        const offset = member.bitOffset / 8;
        if (isCallback) {
          const program = definition.programs.get(member.name);
          if (program !== undefined) this.#callbacks.set(offset, program);
          return [member.name, () => this.#callbacks.get(offset), (name) => this.#assign(offset, name)];
        }
        const subject = `member "${member.name}"`;
        const codec = codecOf(btf, member.type, { subject });
        const view = (): DataView => {
          const { buffer, byteOffset } = contents();
          return new DataView(buffer, byteOffset + offset, codec.size);
        };
        return [
          member.name,
          () => codec.read(view(), 0),
          (value) => {
            // Written to a copy first, so that an error during encoding leaves the contents unchanged.
            const bytes = new Uint8Array(codec.size);
            try {
              codec.write(new DataView(bytes.buffer), 0, value);
            } catch (error) {
              if (!(error instanceof EncodeError)) throw error;
              const { type, expected, received } = error;
              throw new EncodeError({ path: `${subject} of map "${map}"`, type, expected, received });
            }
            contents().set(bytes, offset);
          },
        ];
      }),
    );
  }

  #assign(offset: number, program: unknown): void {
    const { callable: known } = this.#definition;
    if (program === undefined) this.#callbacks.delete(offset);
    else if (typeof program === "string" && known.includes(program)) this.#callbacks.set(offset, program);
    else throw new UnknownNameError({ what: "struct_ops program", wanted: String(program), known });
    this.isEdited = true;
  }

  take(from: StructOpsEdits): void {
    this.#callbacks = new Map(from.#callbacks);
    this.isEdited = from.isEdited;
  }

  edit(bytes: Uint8Array): StructOpsEdit {
    const { sectionIndex, offset } = this.#definition;
    return { sectionIndex, offset, bytes, callbacks: this.#callbacks };
  }
}
