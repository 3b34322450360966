import { DwarfError } from "../errors/index.ts";
import { type Address, addressOf } from "./address.ts";
import { attributes, forms } from "./constants.ts";
import type { DwarfCursor } from "./cursor.ts";
import { type Die, type DieUnit, isAddressIndex } from "./die.ts";

/** The instructions of one section from `start` to before `end`. */
export interface Range {
  readonly start: Address;
  readonly end: Address;
}

// DW_RLE_* values, which are identical to DW_LLE_* for common entries.
const entries = {
  endOfList: 0,
  baseAddressx: 1,
  startxEndx: 2,
  startxLength: 3,
  offsetPair: 4,
} as const;
const rangeEntries = { ...entries, baseAddress: 5, startEnd: 6, startLength: 7 } as const;
const locationEntries = {
  ...entries,
  defaultLocation: 5,
  baseAddress: 6,
  startEnd: 7,
  startLength: 8,
} as const;

// In DWARF 4, an address with all bits set announces a new base address.
const NEW_BASE = 2 ** 64;

/** The instructions of a function or an inner scope. Empty if it was not compiled to instructions. */
export function rangesOf(die: Die): Range[] {
  const list = die.value(attributes.ranges);
  if (list !== undefined && typeof list.value === "number") return rangeList(die.unit, list.form, list.value);
  const start = die.address(attributes.lowPc);
  const high = die.value(attributes.highPc);
  if (start === undefined || high === undefined || typeof high.value !== "number") return [];
  const isAddress = high.form === forms.addr || isAddressIndex(high.form);
  const end = isAddress ? (die.address(attributes.highPc) as Address) : start + high.value;
  return end > start ? [{ start, end }] : [];
}

function rangeList(unit: DieUnit, form: number, value: number): Range[] {
  const found: Range[] = [];
  const add = (range: Range | undefined): void => {
    if (range !== undefined && range.end > range.start) found.push(range);
  };
  if (unit.version < 5) {
    walkPairs(unit, "debug_ranges", value, (range) => add(range));
    return found;
  }
  const section = "debug_rnglists";
  const at = form === forms.rnglistx ? unit.listOffset(section, attributes.rnglistsBase, value) : value;
  walkEntries(unit, section, at, rangeEntries, (range) => add(range));
  return found;
}

/**
 * Calls `visit` for each entry of a location list with its expression. A range of undefined means all other
 * instructions.
 */
export function locationList(
  unit: DieUnit,
  form: number,
  value: number,
  visit: (range: Range | undefined, expression: Uint8Array) => void,
): void {
  if (unit.version < 5) {
    walkPairs(unit, "debug_loc", value, (range, cursor) => visit(range, cursor.block(cursor.u16())));
    return;
  }
  const section = "debug_loclists";
  const at = form === forms.loclistx ? unit.listOffset(section, attributes.loclistsBase, value) : value;
  walkEntries(unit, section, at, locationEntries, (range, cursor) =>
    visit(range, cursor.block(cursor.uleb())),
  );
}

/** The base of the offsets until the list sets another base. */
function baseOf(unit: DieUnit): Address {
  return unit.root.address(attributes.lowPc) ?? addressOf(0, 0);
}

function walkPairs(
  unit: DieUnit,
  section: string,
  at: number,
  visit: (range: Range, cursor: DwarfCursor) => void,
): void {
  const cursor = unit.sections.cursor(section, at);
  let base = baseOf(unit);
  for (;;) {
    unit.sections.countListEntry();
    const start = unit.sections.address(section, cursor);
    const end = unit.sections.address(section, cursor);
    if (start === 0 && end === 0) return;
    if (start >= NEW_BASE) base = end;
    else visit({ start: base + start, end: base + end }, cursor);
  }
}

function walkEntries(
  unit: DieUnit,
  section: string,
  at: number,
  kinds: typeof rangeEntries | typeof locationEntries,
  visit: (range: Range | undefined, cursor: DwarfCursor) => void,
): void {
  const cursor = unit.sections.cursor(section, at);
  const address = (): Address => unit.sections.address(section, cursor);
  let base = baseOf(unit);
  for (;;) {
    unit.sections.countListEntry();
    const kind = cursor.u8();
    switch (kind) {
      case kinds.endOfList:
        return;
      case kinds.baseAddressx:
        base = unit.address(cursor.uleb());
        break;
      case kinds.baseAddress:
        base = address();
        break;
      case kinds.startxEndx: {
        const start = unit.address(cursor.uleb());
        visit({ start, end: unit.address(cursor.uleb()) }, cursor);
        break;
      }
      case kinds.startxLength: {
        const start = unit.address(cursor.uleb());
        visit({ start, end: start + cursor.uleb() }, cursor);
        break;
      }
      case kinds.offsetPair: {
        const start = base + cursor.uleb();
        visit({ start, end: base + cursor.uleb() }, cursor);
        break;
      }
      case kinds.startEnd: {
        const start = address();
        visit({ start, end: address() }, cursor);
        break;
      }
      case kinds.startLength: {
        const start = address();
        visit({ start, end: start + cursor.uleb() }, cursor);
        break;
      }
      default:
        if (kinds === locationEntries && kind === locationEntries.defaultLocation) visit(undefined, cursor);
        else throw new DwarfError(`DWARF .${section} has an entry of unknown kind ${kind}`);
    }
  }
}
