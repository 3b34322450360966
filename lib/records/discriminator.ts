import type { Btf, TypeId } from "../btf/index.ts";
import type { Send } from "./sends.ts";
import type { Cells } from "./state.ts";
import { onlyConstant } from "./tracked-value.ts";

/** The rule that determines the type of a record. */
export type Discriminator =
  /** A number at the same offset in all types. Each type has its own constants. */
  | {
      readonly by: "value";
      readonly offset: number;
      /** Bytes. */
      readonly size: number;
      readonly values: ReadonlyMap<TypeId, readonly number[]>;
    }
  /** The size of the record in bytes. */
  | { readonly by: "size"; readonly sizes: ReadonlyMap<TypeId, readonly number[]> };

/** Finds a value that all senders of one type store and that senders of other types do not store. */
export function findDiscriminator(
  byType: ReadonlyMap<TypeId, readonly { send: Send }[]>,
  btf: Btf,
): Discriminator | undefined {
  const [first, ...others] = [...byType.keys()].map((type) => numbersIn(btf, type));
  const shared = (first ?? []).filter(({ offset, size }) =>
    others.every((all) => all.some((one) => one.offset === offset && one.size === size)),
  );
  for (const place of shared) {
    const { offset, size } = place;
    const values = new Map<TypeId, Set<number>>();
    const isConstant = [...byType].every(([type, sent]) =>
      sent.every(({ send }) => {
        const constants = constantsAt(send.contents, place, btf.littleEndian);
        if (constants === undefined) return false;
        values.set(type, new Set([...(values.get(type) ?? []), ...constants]));
        return true;
      }),
    );
    if (isConstant && areDisjoint([...values.values()]))
      return {
        by: "value",
        offset,
        size,
        values: new Map([...values].map(([type, set]) => [type, [...set]])),
      };
  }
  const sizes = new Map<TypeId, Set<number>>();
  for (const [type, sent] of byType)
    for (const { send } of sent) {
      if (send.size === undefined) return undefined;
      sizes.set(type, new Set([...(sizes.get(type) ?? []), send.size]));
    }
  return areDisjoint([...sizes.values()])
    ? { by: "size", sizes: new Map([...sizes].map(([type, set]) => [type, [...set]])) }
    : undefined;
}

/** The offset and size, in bytes, of a number in a record. */
interface NumberAt {
  readonly offset: number;
  readonly size: number;
}

// No program nests structs this deep. Only a cycle does.
const MAX_DEPTH = 8;

/** The integers and enums of a type that share no bytes with other members, in order. */
function numbersIn(btf: Btf, type: TypeId, start = 0, depth = 0): NumberAt[] {
  const resolved = btf.resolve(type);
  if (resolved.kind === "int" || resolved.kind === "enum" || resolved.kind === "enum64")
    return [{ offset: start, size: resolved.size }];
  if ((resolved.kind !== "struct" && resolved.kind !== "union") || depth >= MAX_DEPTH) return [];
  const found = resolved.members.flatMap(({ type: member, bitOffset, bitfieldSize }) =>
    bitfieldSize > 0 ? [] : numbersIn(btf, member, start + bitOffset / 8, depth + 1),
  );
  return found.sort((a, b) => a.offset - b.offset);
}

/** The possible stored values as unsigned numbers. Undefined unless all are known. */
function constantsAt(
  contents: Cells | undefined,
  { offset, size }: NumberAt,
  littleEndian: boolean,
): number[] | undefined {
  // Compilers combine the stores of several members.
  for (const [start, { size: bytes, value }] of contents ?? []) {
    if (start > offset || start + bytes < offset + size) continue;
    const after = littleEndian ? offset - start : start + bytes - offset - size;
    const found = (value ?? []).map((one) => part(onlyConstant([one]), after, size));
    return found.length > 0 && found.every((one) => one !== undefined) ? (found as number[]) : undefined;
  }
  return undefined;
}

/** The unsigned number in a range of bytes. */
function part(value: number | undefined, after: number, size: number): number | undefined {
  if (value === undefined) return undefined;
  const found = Number(BigInt.asUintN(size * 8, BigInt(value) >> BigInt(after * 8)));
  return Number.isSafeInteger(found) ? found : undefined;
}

function areDisjoint(sets: readonly ReadonlySet<number>[]): boolean {
  const seen = new Set<number>();
  for (const set of sets)
    for (const one of set) {
      if (seen.has(one)) return false;
      seen.add(one);
    }
  return true;
}
