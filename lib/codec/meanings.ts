import type { Btf, TypeId } from "../btf/index.ts";
import { type FieldMeanings, type Meaning, taggedMeaning } from "./meaning.ts";

/** The meanings of the fields and types of one BTF: given by name, or else by decl tags. */
export class Meanings {
  readonly #btf: Btf;
  readonly #given: ReadonlyMap<string, Meaning>;
  readonly #paths = new Map<TypeId, string>();

  constructor(btf: Btf, fields: FieldMeanings = {}) {
    this.#btf = btf;
    this.#given = new Map(Object.entries(fields));
  }

  /** The meaning of a member. `path` is its name in {@link FieldMeanings}. */
  ofMember(parent: TypeId, index: number, path: string): Meaning | undefined {
    return this.#given.get(path) ?? taggedMeaning(this.#btf.declTags(parent, index));
  }

  /**
   * The meaning of the outermost typedef that has one.
   *
   * @param target - The type behind the typedefs.
   */
  ofType(id: TypeId, target: TypeId): Meaning | undefined {
    for (let at = this.#btf.type(id); at.id !== target && "type" in at; at = this.#btf.type(at.type)) {
      if (at.kind !== "typedef") continue;
      const meaning = this.#given.get(at.name) ?? taggedMeaning(this.#btf.declTags(at.id));
      if (meaning !== undefined) return meaning;
    }
    return undefined;
  }

  /** Records the path of an unnamed struct, which is used in one place only. */
  notePath(id: TypeId, path: string): void {
    let type = this.#btf.resolve(id);
    while (type.kind === "array") type = this.#btf.resolve(type.type);
    if ((type.kind === "struct" || type.kind === "union") && type.name === "") this.#paths.set(type.id, path);
  }

  /** The path of an unnamed struct; empty when it is not in another struct. */
  pathOf(id: TypeId): string {
    return this.#paths.get(id) ?? "";
  }
}
