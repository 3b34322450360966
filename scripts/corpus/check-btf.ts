import { type Btf, BtfBuilder, Btf as BtfClass } from "../../lib/btf/index.ts";

/** Writes BTF and reads it again. @returns the number of types. @throws Error when a type differs. */
export function checkBtf(btf: Btf): number {
  const again = BtfClass.parse(BtfBuilder.from(btf).encode());
  if (again.typeCount !== btf.typeCount) throw new Error(`${btf.typeCount} types became ${again.typeCount}`);
  for (let id = 1; id < btf.typeCount; id++) {
    if (text(again, id) !== text(btf, id)) throw new Error(`type ${id} became ${text(again, id)}`);
  }
  return btf.typeCount - 1;
}

function text(btf: Btf, id: number): string {
  return JSON.stringify(btf.type(id), (_, value) => (typeof value === "bigint" ? `${value}n` : value));
}
