import { DwarfError } from "../errors/index.ts";
import { forms } from "./constants.ts";
import type { DwarfCursor } from "./cursor.ts";
import { sizeOfForm, type UnitFormat } from "./form.ts";

/** An abbreviation: the tag, attributes and forms of entries. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly { readonly name: number; readonly form: number; readonly constant: number }[];
  /**
   * The size of all attributes in bytes. Undefined if a size is not fixed. Entries of fixed size are skipped in one
   * step.
   */
  readonly size: number | undefined;
}

/** The abbreviations by code. Compilers number them from 1. */
export type Abbreviations = ReadonlyMap<number, Abbreviation>;

/** Reads the table at the cursor, for units of one format. */
export function readAbbreviations(cursor: DwarfCursor, format: UnitFormat): Abbreviations {
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
