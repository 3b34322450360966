import { isDeepStrictEqual } from "node:util";
import { type Btf, BtfBuilder, Btf as BtfClass } from "../../lib/btf/index.ts";

/** Writes BTF and reads it again. @returns the number of types. @throws Error when a type differs. */
export function checkBtf(btf: Btf): number {
  return checkSameTypes(btf, BtfClass.parse(BtfBuilder.from(btf).encode(), { base: btf.base }));
}

/** Compares every type. @returns the number of types. @throws Error when a type differs. */
export function checkSameTypes(btf: Btf, again: Btf): number {
  if (again.typeCount !== btf.typeCount) throw new Error(`${btf.typeCount} types became ${again.typeCount}`);
  for (let id = 1; id < btf.typeCount; id++) {
    if (!isDeepStrictEqual(again.type(id), btf.type(id)))
      throw new Error(`type ${id} became ${text(again, id)}`);
  }
  return btf.typeCount - 1;
}

function text(btf: Btf, id: number): string {
  return JSON.stringify(btf.type(id), (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}
