import { BtfError } from "../../errors/index.ts";
import type { Btf } from "../btf.ts";
import type { FlatBtf } from "../flat.ts";
import { kindNumbers as kinds } from "../kinds.ts";
import { vlenOf } from "../raw.ts";
import type { TypeId } from "../types.ts";
import type { CText } from "./text.ts";

const MAX_DEPTH = 256;

/** The parts of a declaration that the printer writes. */
export interface DeclarationWriter {
  readonly btf: Btf;
  readonly flat: FlatBtf;
  readonly out: CText;
  /** The pointers, arrays and functions of the declarations in progress, one inside the other, with qualifiers. */
  readonly chain: TypeId[];
  readonly qualifiersOf: string[];
  chainLength: number;
  /** The keyword of a struct, a union, or the forward declaration of one. */
  tag(id: TypeId): "struct" | "union";
  /** Writes the name of a type in C. It differs from the BTF name if several types have that name. */
  nameOf(id: TypeId): void;
  /** Writes `struct name`, or the definition of an anonymous struct, union or enum. */
  tagged(id: TypeId): void;
}

/**
 * Writes the C declaration of a name with a type, for example `const char *name[16]`.
 *
 * Pointers, arrays and functions are around the name: those at the end of the chain of types are on the outside.
 *
 * @param name - The offset of the name; 0 for none.
 * @param typedef - A typedef to declare instead; 0 for none.
 */
export function writeDeclaration(to: DeclarationWriter, id: TypeId, name: number, typedef: TypeId): void {
  const { kinds: all, words, starts, strings } = to.flat;
  const { chain, qualifiersOf } = to;
  const first = to.chainLength;
  let end = first;
  let qualifiers = "";
  let at = id;
  for (let depth = 0; ; depth++) {
    const kind = all[at];
    const start = starts[at] as number;
    if (depth > MAX_DEPTH) throw new BtfError(`BTF type ${id} contains itself`);
    if (kind === kinds.ptr) {
      qualifiersOf[end] = qualifiers;
      chain[end++] = at;
      qualifiers = "";
      at = words[start + 2] as number;
    } else if (kind === kinds.array) {
      // An array of const elements is const.
      chain[end++] = at;
      at = words[start + 3] as number;
    } else if (kind === kinds["func-proto"]) {
      chain[end++] = at;
      at = words[start + 2] as number;
    } else if (kind === kinds["type-tag"]) {
      qualifiers += `__attribute__((btf_type_tag("${to.btf.string(words[start] as number)}"))) `;
      at = words[start + 2] as number;
    } else {
      const qualifier = kind === undefined ? undefined : qualifierOf[kind];
      if (qualifier === undefined) break;
      if (!qualifiers.includes(qualifier)) qualifiers = qualifier + qualifiers;
      at = words[start + 2] as number;
    }
  }
  const hasName = typedef !== 0 || strings[name] !== 0;
  to.chainLength = end;
  if (qualifiers !== "") to.out.add(qualifiers);
  writeBase(to, at);
  if (hasName || end > first) to.out.add(" ");
  for (let i = end - 1; i >= first; i--) {
    if (all[chain[i] as number] !== kinds.ptr) continue;
    if (i + 1 < end && all[chain[i + 1] as number] !== kinds.ptr) to.out.add("(");
    const own = qualifiersOf[i] as string;
    const isLast = i === first && !hasName;
    to.out.add(own === "" ? "*" : isLast ? `* ${own.trimEnd()}` : `* ${own}`);
  }
  if (typedef !== 0) to.nameOf(typedef);
  else if (hasName) to.out.name(name);
  for (let i = first; i < end; i++) {
    const link = chain[i] as number;
    const start = starts[link] as number;
    if (all[link] === kinds.array) to.out.add(`[${words[start + 5]}]`);
    else if (all[link] === kinds["func-proto"]) writeParams(to, start);
    else if (i + 1 < end && all[chain[i + 1] as number] !== kinds.ptr) to.out.add(")");
  }
  to.chainLength = first;
}

const qualifierOf: Readonly<Record<number, string>> = {
  [kinds.const]: "const ",
  [kinds.volatile]: "volatile ",
  [kinds.restrict]: "restrict ",
};

function writeParams(to: DeclarationWriter, start: number): void {
  const { words } = to.flat;
  const count = vlenOf(words[start + 1] as number);
  if (count === 0) to.out.add("(void");
  for (let i = 0; i < count; i++) {
    to.out.add(i === 0 ? "(" : ", ");
    const type = words[start + 4 + i * 2] as number;
    if (type === 0) to.out.add("...");
    else writeDeclaration(to, type, words[start + 3 + i * 2] as number, 0);
  }
  to.out.add(")");
}

function writeBase(to: DeclarationWriter, id: TypeId): void {
  const kind = to.flat.kinds[id];
  if (kind === kinds.void) {
    to.out.add("void");
  } else if (kind === kinds.fwd) {
    to.out.add(`${to.tag(id)} `);
    to.nameOf(id);
  } else if (kind === kinds.struct || kind === kinds.union || kind === kinds.enum || kind === kinds.enum64) {
    to.tagged(id);
  } else {
    to.nameOf(id);
  }
}
