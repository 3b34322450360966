import { DwarfError } from "../errors.ts";
import { forms } from "./constants.ts";
import type { Cursor } from "./cursor.ts";
import { sizeOfForm, type UnitFormat } from "./form.ts";

/** The shape of entries: their tag, and which attributes they have in which form. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly { readonly name: number; readonly form: number; readonly constant: number }[];
  /** Bytes of all attributes; undefined when some have no fixed size. Most entries have, and are passed over at once. */
  readonly size: number | undefined;
}

/** Abbreviations by their codes. Compilers number them from 1 on. */
export type Abbreviations = ReadonlyMap<number, Abbreviation>;

/** Reads the table that begins where the cursor is, for units of one format. */
export function readAbbreviations(cursor: Cursor, format: UnitFormat): Abbreviations {
  const found = new Map<number, Abbreviation>();
  for (let code = cursor.uleb(); code !== 0; code = cursor.uleb()) {
    const tag = cursor.uleb();
    const hasChildren = cursor.u8() !== 0;
    const attributes: Abbreviation["attributes"][number][] = [];
    let size: number | undefined = 0;
    for (;;) {
      const name = cursor.uleb();
      const form = cursor.uleb();
      const constant = form === forms.implicitConst ? cursor.sleb() : 0;
      if (name === 0 && form === 0) break;
      attributes.push({ name, form, constant });
      const own = sizeOfForm(form, format);
      size = own === undefined || size === undefined ? undefined : size + own;
    }
    if (found.has(code)) throw new DwarfError(`DWARF .debug_abbrev defines abbreviation ${code} twice`);
    found.set(code, { tag, hasChildren, attributes, size });
  }
  return found;
}
