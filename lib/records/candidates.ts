import type { Btf, TypeId } from "../btf/index.ts";

/** A possible type of a record. */
export interface Candidate {
  readonly type: TypeId;
  /** The offset in bytes of the record from the start of the type. */
  readonly offset: number;
  /**
   * The evidence: a variable that is the record, the map value that contains it, a pointer to it, a pointer that the
   * source names where it stores into the record, or a pointer that is declared where the record is reserved and whose
   * target the compiler does not describe.
   */
  readonly source: "variable" | "map-value" | "pointer" | "named" | "declared";
}

export interface Choice {
  /** The type. Undefined if it is not certain. */
  readonly type: TypeId | undefined;
  readonly candidates: readonly TypeId[];
}

// No program nests structs and arrays this deep. Only a cycle does.
const MAX_DEPTH = 32;

/** Selects the type that fits best: it has exactly the size of the record and is not an array of bytes. */
export function choose(all: readonly Candidate[], size: number | undefined, btf: Btf): Choice {
  const ranked: { type: TypeId; rank: number }[] = [];
  for (const { type, offset, source } of all) {
    const found = typeAt(btf, type, offset, size);
    const own = found === undefined ? undefined : sizeOf(btf, found);
    if (found === undefined || own === undefined) continue;
    if (source === "declared" && own !== size) continue;
    if (source === "named" && own !== size && !endsInLastArray(btf, found, size)) continue;
    ranked.push({ type: found, rank: rankOf(btf, found, own, size, source, all) });
  }
  const candidates = [...new Set(ranked.sort((a, b) => a.rank - b.rank).map(({ type }) => type))];
  const [best] = ranked;
  if (best === undefined || best.rank >= RANKS.nothing) return { type: undefined, candidates };
  // A pointer to the first member of a record has the same address as a pointer to the record.
  const alike = ranked.filter(
    ({ type, rank }) => rank === best.rank || (rank < RANKS.open && isWithin(btf, type, best.type)),
  );
  const whole = alike.find((one) => alike.every(({ type }) => isWithin(btf, one.type, type)));
  return { type: whole?.type, candidates };
}

// A variable is stronger evidence than a pointer, because several variables can share a stack slot over time.
const RANKS = { exact: 0, open: 10, longer: 20, shorter: 30, bytes: 40, nothing: 50 } as const;
const OF_POINTER = 1;
const SCALAR_OF_POINTER = 2;
const OF_DECLARED = 3;

/** Whether pointers into the record confirm a type and no other type of its size that the object has. */
function isOnlyConfirmed(btf: Btf, type: TypeId, all: readonly Candidate[]): boolean {
  if (!isConfirmed(btf, type, all)) return false;
  const size = sizeOf(btf, type);
  for (const other of btf.types()) {
    if ((other.kind !== "struct" && other.kind !== "union") || other.size !== size) continue;
    if (isWithin(btf, other.id, type) || isWithin(btf, type, other.id)) continue;
    if (isConfirmed(btf, other.id, all)) return false;
  }
  return true;
}

/** Whether pointers into the record confirm a type: they point to structs that the type has at these offsets. */
function isConfirmed(btf: Btf, type: TypeId, all: readonly Candidate[]): boolean {
  let confirmed = false;
  for (const { type: part, offset, source } of all) {
    const { kind } = btf.resolve(part);
    if (source !== "pointer" || offset > 0 || (kind !== "struct" && kind !== "union")) continue;
    const isPart =
      offset === 0
        ? isWithin(btf, type, canonical(btf, part))
        : typeAt(btf, type, -offset, sizeOf(btf, part)) === canonical(btf, part);
    if (!isPart) return false;
    confirmed = true;
  }
  return confirmed;
}

function rankOf(
  btf: Btf,
  type: TypeId,
  own: number,
  size: number | undefined,
  source: Candidate["source"],
  all: readonly Candidate[],
): number {
  const { kind } = btf.resolve(type);
  const isComposite = kind === "struct" || kind === "union";
  const isVariable = source === "variable" || source === "map-value";
  if (isBytes(btf, type)) return isVariable && own === size ? RANKS.bytes : RANKS.nothing;
  if (source === "declared")
    return isOnlyConfirmed(btf, type, all) ? RANKS.exact + OF_DECLARED : RANKS.nothing;
  if (own === size) return RANKS.exact + (isVariable ? 0 : isComposite ? OF_POINTER : SCALAR_OF_POINTER);
  if (!isComposite) return RANKS.nothing;
  // A map value is often only a buffer, and parts of it can have any type.
  if (source === "map-value" && size !== undefined && own > size) return RANKS.nothing;
  // A pointer to a struct that the record is longer than may point to the first member of the record. Only a struct with
  // a flexible array continues to the end.
  if (source === "pointer" && size !== undefined && own < size && !isOpen(btf, type)) return RANKS.nothing;
  const rank = size === undefined ? RANKS.open : own > size ? RANKS.longer : RANKS.shorter;
  return rank + (isVariable ? 0 : OF_POINTER);
}

/** Whether a record of a size ends in the last member of a struct, which is an array: the record has a part of it. */
function endsInLastArray(btf: Btf, type: TypeId, size: number | undefined): boolean {
  const resolved = btf.resolve(type);
  const last = resolved.kind === "struct" ? resolved.members.at(-1) : undefined;
  if (last === undefined || size === undefined || btf.resolve(last.type).kind !== "array") return false;
  return last.bitOffset / 8 <= size && size < btf.sizeof(type);
}

/** Whether a struct ends in a flexible array. */
function isOpen(btf: Btf, type: TypeId): boolean {
  const resolved = btf.resolve(type);
  if (resolved.kind !== "struct") return false;
  const last = resolved.members.at(-1);
  const inner = last && btf.resolve(last.type);
  return inner?.kind === "array" && inner.length === 0;
}

/** Whether a type is characters or bytes, which do not show the type of their contents. */
function isBytes(btf: Btf, type: TypeId): boolean {
  let at = btf.resolve(type);
  for (let depth = 0; at.kind === "array" && depth < MAX_DEPTH; depth++) at = btf.resolve(at.type);
  return at.kind === "int" && at.size === 1;
}

/** The type at an offset of another type, preferably with `size` bytes. */
export function typeAt(btf: Btf, type: TypeId, offset: number, size: number | undefined): TypeId | undefined {
  let at = type;
  let left = offset;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (left < 0) return undefined;
    const resolved = btf.resolve(at);
    const own = sizeOf(btf, at);
    if (own === undefined) return undefined;
    if (left === 0 && (size === undefined || own <= size || !hasParts(resolved.kind)))
      return canonical(btf, at);
    if (resolved.kind === "array") {
      const element = sizeOf(btf, resolved.type);
      if (element === undefined || element === 0 || left >= element * resolved.length)
        return left === 0 ? canonical(btf, at) : undefined;
      if (left === 0 && (size === undefined || size > element)) return canonical(btf, at);
      left %= element;
      at = resolved.type;
      continue;
    }
    if (resolved.kind !== "struct" && resolved.kind !== "union")
      return left === 0 ? canonical(btf, at) : undefined;
    const member = resolved.members.find(({ type: inner, bitOffset, bitfieldSize }) => {
      const start = bitOffset / 8;
      const length = sizeOf(btf, inner);
      if (bitfieldSize > 0 || length === undefined || left < start || left >= start + length) return false;
      // At offset 0, selects the outer type unless only the member has the size of the record.
      return left > 0 || length === size;
    });
    if (member === undefined) return left === 0 ? canonical(btf, at) : undefined;
    left -= member.bitOffset / 8;
    at = member.type;
  }
  return undefined;
}

function hasParts(kind: string): boolean {
  return kind === "struct" || kind === "union" || kind === "array";
}

/** The type without qualifiers. Keeps the typedef of an anonymous struct, because it is its only name. */
function canonical(btf: Btf, type: TypeId): TypeId {
  let at = btf.type(type);
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (at.kind === "typedef") {
      const target = btf.resolve(at.type);
      return target.name === "" && target.kind !== "array" ? at.id : target.id;
    }
    if (at.kind !== "const" && at.kind !== "volatile" && at.kind !== "restrict" && at.kind !== "type-tag")
      break;
    at = btf.type(at.type);
  }
  return at.id;
}

function isWithin(btf: Btf, whole: TypeId, part: TypeId): boolean {
  let at = whole;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    if (canonical(btf, at) === part) return true;
    const resolved = btf.resolve(at);
    if (resolved.kind === "array") at = resolved.type;
    else if (resolved.kind === "struct" || resolved.kind === "union") {
      const first = resolved.members.find(({ bitOffset }) => bitOffset === 0);
      if (first === undefined) return false;
      at = first.type;
    } else return false;
  }
  return false;
}

/** The size. Undefined for a type without a size. */
function sizeOf(btf: Btf, type: TypeId): number | undefined {
  const { kind } = btf.resolve(type);
  if (kind === "void" || kind === "fwd" || kind === "func" || kind === "func-proto") return undefined;
  return btf.sizeof(type);
}
