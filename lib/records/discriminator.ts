import type { Btf, TypeId } from "../btf/index.ts";
import type { Send } from "./sends.ts";
import { onlyConstant, type Value } from "./value.ts";

/** What tells the type of a record. */
export type Discriminator =
  /** A number at the same place of all, which each sender stores as constants of its own. */
  | {
      readonly by: "value";
      readonly offset: number;
      /** Bytes. */
      readonly size: number;
      readonly values: ReadonlyMap<TypeId, readonly number[]>;
    }
  /** The number of bytes. */
  | { readonly by: "size"; readonly sizes: ReadonlyMap<TypeId, readonly number[]> };

/** Looks for what the senders of each type store alike, and those of other types do not. */
export function findDiscriminator(
  byType: ReadonlyMap<TypeId, readonly { send: Send }[]>,
  btf: Btf,
): Discriminator | undefined {
  const all = [...byType.values()].flat().map(({ send }) => send);
  const [first] = all;
  for (const [offset, { size }] of [...(first?.contents ?? [])].sort(([a], [b]) => a - b)) {
    if (offset < 0 || ![...byType.keys()].every((type) => offset + size <= btf.sizeof(type))) continue;
    const values = new Map<TypeId, Set<number>>();
    const isConstant = [...byType].every(([type, sent]) =>
      sent.every(({ send }) => {
        const cell = send.contents?.get(offset);
        const constants = cell?.size === size ? constantsOf(cell.value) : undefined;
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

function constantsOf(value: Value): number[] | undefined {
  const found = (value ?? []).map((one) => onlyConstant([one]));
  return found.length > 0 && found.every((one) => one !== undefined) ? (found as number[]) : undefined;
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
