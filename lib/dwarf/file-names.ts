import { DwarfError } from "../errors/index.ts";
import { attributes, forms } from "./constants.ts";
import type { DwarfCursor } from "./cursor.ts";
import type { DieUnit } from "./die.ts";
import { readForm, skipForm, type UnitFormat } from "./form.ts";

// DW_LNCT_path
const PATH = 1;

/**
 * Reads the names of the source files of a unit by their numbers. They are in the header of the unit's line table.
 *
 * @returns No names for a unit without line table.
 * @throws {@link DwarfError}
 */
export function readFileNames(unit: DieUnit): readonly (string | undefined)[] {
  const { sections } = unit;
  const at = unit.root.number(attributes.stmtList);
  if (at === undefined || sections.contents("debug_line").length === 0) return [];
  const cursor = sections.cursor("debug_line", at);
  const format: UnitFormat = { offsetSize: cursor.u32() === 0xffff_ffff ? 8 : 4 };
  if (format.offsetSize === 8) cursor.skip(8);
  const version = cursor.u16();
  if (version < 2 || version > 5)
    throw new DwarfError(`DWARF line table of version ${version} is not supported; expected 2 to 5`);
  // The size of an address and of a segment selector.
  if (version === 5) cursor.skip(2);
  // The length of the header.
  cursor.skip(format.offsetSize);
  // The parameters of the line program.
  cursor.skip(version >= 4 ? 5 : 4);
  cursor.skip(cursor.u8() - 1);
  if (version < 5) return readOldNames(unit, cursor);
  readEntries(unit, cursor, format);
  return readEntries(unit, cursor, format);
}

/** DWARF 2 to 4: lists of strings that end with an empty one. The number of the first file is 1. */
function readOldNames({ sections }: DieUnit, cursor: DwarfCursor): (string | undefined)[] {
  const next = (): string => sections.string("debug_line", cursor.string());
  while (next() !== "");
  const found: (string | undefined)[] = [undefined];
  for (let name = next(); name !== ""; name = next()) {
    found.push(name);
    // The number of the directory, the time of the last change, and the size.
    for (let i = 0; i < 3; i++) cursor.uleb();
  }
  return found;
}

/** DWARF 5: entries that a list of forms describes. */
function readEntries(unit: DieUnit, cursor: DwarfCursor, format: UnitFormat): (string | undefined)[] {
  const columns = Array.from({ length: cursor.u8() }, () => ({
    content: cursor.uleb(),
    form: cursor.uleb(),
  }));
  const found: (string | undefined)[] = [];
  for (let left = cursor.uleb(); left > 0; left--) {
    const { at } = cursor;
    let name: string | undefined;
    for (const { content, form } of columns) {
      if (content === PATH) name = readName(unit, cursor, form, format);
      else skipForm(cursor, form, format);
    }
    if (cursor.at === at) throw new DwarfError("DWARF line table has entries without contents");
    found.push(name);
  }
  return found;
}

function readName(unit: DieUnit, cursor: DwarfCursor, form: number, format: UnitFormat): string | undefined {
  const value = readForm(cursor, form, format);
  if (typeof value !== "number") return undefined;
  switch (form) {
    case forms.string:
      return unit.sections.string("debug_line", value);
    case forms.lineStrp:
      return unit.sections.string("debug_line_str", value);
    case forms.strp:
      return unit.sections.string("debug_str", value);
    default:
      return undefined;
  }
}
