import type { Btf } from "../btf.ts";
import type { CoreRelocation } from "../ext.ts";
import type { BtfType, TypeId } from "../types.ts";
import { essentialName, findMember, type MemberPlace, stepsOf } from "./access.ts";

// enum bpf_core_relo_kind
const FIELD_KINDS = 5;
const TYPE_ID_LOCAL = 6;
const ENUMVAL_EXISTS = 10;
const ENUMVAL_VALUE = 11;
const TYPE_MATCHES = 12;

/** The types of a kernel that relocations read, and the members of the structs and unions among them. */
export class NeededTypes {
  readonly types = new Set<TypeId>();
  readonly members = new Map<TypeId, Set<number>>();
  /** The types that are compared with all members, and the types that are compared by name. */
  readonly #matched = new Set<TypeId>();
  readonly #named = new Set<TypeId>();
  readonly #kernel: Btf;
  readonly #candidates = new Map<string, readonly BtfType[]>();

  constructor(kernel: Btf) {
    this.#kernel = kernel;
  }

  /**
   * Adds the types and members that a relocation reads, for every type of the kernel that it can refer to.
   *
   * @param btf - The BTF of the object.
   */
  add(btf: Btf, relocation: CoreRelocation): void {
    const { kind } = relocation;
    if (kind === TYPE_ID_LOCAL) return;
    for (const candidate of this.#candidatesOf(btf.type(relocation.type), btf)) {
      if (kind <= FIELD_KINDS) this.#addField(btf, relocation, candidate.id);
      else if (kind === ENUMVAL_EXISTS || kind === ENUMVAL_VALUE) this.#addType(candidate.id, false);
      else if (kind === TYPE_MATCHES) this.#addMatch(candidate.id, false);
      else this.#addType(candidate.id, true);
    }
  }

  /** The types of the kernel with the name of an object's type, whatever the flavor. */
  #candidatesOf(local: BtfType, btf: Btf): readonly BtfType[] {
    // The root may be qualified, as a `const struct` is.
    let root = local;
    while (root.kind === "const" || root.kind === "volatile" || root.kind === "restrict")
      root = btf.type(root.type);
    const name = essentialName(root.name);
    if (name === "") return [];
    const kind = root.kind === "enum64" ? "enum" : root.kind;
    const key = `${kind} ${name}`;
    let found = this.#candidates.get(key);
    if (found === undefined) {
      found = this.#kernel
        .findAll(name)
        .filter((type) => (type.kind === "enum64" ? "enum" : type.kind) === kind);
      this.#candidates.set(key, found);
    }
    return found;
  }

  #addField(btf: Btf, relocation: CoreRelocation, candidate: TypeId): void {
    const places: MemberPlace[] = [];
    const types: TypeId[] = [candidate];
    let at = candidate;
    for (const step of stepsOf(btf, relocation)) {
      const type = this.#kernel.resolve(at);
      if (step === "element") {
        if (type.kind !== "array") return;
        at = type.type;
      } else {
        const found =
          type.kind === "struct" || type.kind === "union"
            ? findMember(this.#kernel, type, step.member)
            : undefined;
        if (found === undefined) return;
        for (const place of found) {
          places.push(place);
          at = this.#memberType(place);
          types.push(at);
        }
      }
      types.push(at);
    }
    for (const type of types) this.#addType(type, false);
    for (const place of places) this.#addMember(place);
  }

  #memberType({ struct, index }: MemberPlace): TypeId {
    const type = this.#kernel.type(struct);
    return type.kind === "struct" || type.kind === "union" ? (type.members[index]?.type ?? 0) : 0;
  }

  #addMember({ struct, index }: MemberPlace): void {
    const members = this.members.get(struct) ?? new Set();
    this.members.set(struct, members.add(index));
  }

  /** Adds a type and the types that it refers to, without the members of structs. */
  #addType(id: TypeId, behindPointers: boolean): void {
    if (id === 0) return;
    const isNew = !this.types.has(id);
    if (!isNew && !behindPointers) return;
    this.types.add(id);
    const type = this.#kernel.type(id);
    switch (type.kind) {
      case "ptr":
        if (behindPointers && isNew) this.#addType(type.type, true);
        break;
      case "const":
      case "volatile":
      case "restrict":
      case "typedef":
      case "type-tag":
        this.#addType(type.type, behindPointers && isNew);
        break;
      case "array":
        this.#addType(type.type, behindPointers && isNew);
        this.#addType(type.indexType, false);
        break;
      case "func-proto":
        this.#addType(type.returnType, behindPointers && isNew);
        for (const { type: param } of type.params) this.#addType(param, behindPointers && isNew);
        break;
    }
  }

  /** Adds a type with everything that type matching compares: all members, and the names of types behind pointers. */
  #addMatch(id: TypeId, isBehindPointer: boolean): void {
    const matched = isBehindPointer ? this.#named : this.#matched;
    if (id === 0 || matched.has(id)) return;
    matched.add(id);
    this.types.add(id);
    const type = this.#kernel.type(id);
    switch (type.kind) {
      case "struct":
      case "union":
        if (isBehindPointer) break;
        for (const [index, member] of type.members.entries()) {
          this.#addMember({ struct: id, index });
          this.#addMatch(member.type, false);
        }
        break;
      case "ptr":
        this.#addMatch(type.type, true);
        break;
      case "const":
      case "volatile":
      case "restrict":
      case "typedef":
      case "type-tag":
        this.#addMatch(type.type, isBehindPointer);
        break;
      case "array":
        this.#addMatch(type.type, isBehindPointer);
        this.#addType(type.indexType, false);
        break;
      case "func-proto":
        this.#addMatch(type.returnType, isBehindPointer);
        for (const { type: param } of type.params) this.#addMatch(param, isBehindPointer);
        break;
    }
  }
}
