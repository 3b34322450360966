import { DwarfError } from "../errors/index.ts";
import { forms } from "./constants.ts";
import type { DwarfCursor } from "./cursor.ts";

/** The properties of a unit that determine the size of some forms. */
export interface UnitFormat {
  /** The size of a section offset in bytes: 4, or 8 in the 64-bit format. */
  readonly offsetSize: 4 | 8;
}

const BLOCK = -1;

/** The sizes of the forms in bytes. -1 for blocks that start with their size. */
const sizes: Readonly<Record<number, number>> = {
  [forms.addr]: 8,
  [forms.data1]: 1,
  [forms.data2]: 2,
  [forms.data4]: 4,
  [forms.data8]: 8,
  [forms.data16]: 16,
  [forms.flag]: 1,
  [forms.flagPresent]: 0,
  [forms.implicitConst]: 0,
  [forms.ref1]: 1,
  [forms.ref2]: 2,
  [forms.ref4]: 4,
  [forms.ref8]: 8,
  [forms.refSig8]: 8,
  [forms.refSup4]: 4,
  [forms.refSup8]: 8,
  [forms.strx1]: 1,
  [forms.strx2]: 2,
  [forms.strx3]: 3,
  [forms.strx4]: 4,
  [forms.addrx1]: 1,
  [forms.addrx2]: 2,
  [forms.addrx3]: 3,
  [forms.addrx4]: 4,
  [forms.block]: BLOCK,
  [forms.block1]: BLOCK,
  [forms.block2]: BLOCK,
  [forms.block4]: BLOCK,
  [forms.exprloc]: BLOCK,
};

const offsets: ReadonlySet<number> = new Set([
  forms.refAddr,
  forms.secOffset,
  forms.strp,
  forms.strpSup,
  forms.lineStrp,
]);

const lebs: ReadonlySet<number> = new Set([
  forms.udata,
  forms.refUdata,
  forms.strx,
  forms.addrx,
  forms.loclistx,
  forms.rnglistx,
]);

/** The size of a value in bytes. Undefined for a form of variable size. */
export function sizeOfForm(form: number, format: UnitFormat): number | undefined {
  const size = sizes[form];
  if (size !== undefined) return size === BLOCK ? undefined : size;
  return offsets.has(form) ? format.offsetSize : undefined;
}

/** Skips a value. */
export function skipForm(cursor: DwarfCursor, form: number, format: UnitFormat): void {
  const size = sizes[form];
  if (size !== undefined && size >= 0) cursor.skip(size);
  else if (size === BLOCK) cursor.skip(blockLength(cursor, form));
  else if (offsets.has(form)) cursor.skip(format.offsetSize);
  else if (lebs.has(form) || form === forms.sdata) while (cursor.u8() >= 0x80);
  else if (form === forms.string) cursor.string();
  else if (form === forms.indirect) skipForm(cursor, directForm(cursor), format);
  else throw new DwarfError(`DWARF form 0x${form.toString(16)} is unknown`);
}

/**
 * Reads a value: a number, the bytes of a block, or the offset of an inline string. Numbers of eight bytes are exact up
 * to 2^53.
 */
export function readForm(cursor: DwarfCursor, form: number, format: UnitFormat): number | Uint8Array {
  switch (sizes[form]) {
    case 0:
      return 1;
    case 1:
      return cursor.u8();
    case 2:
      return cursor.u16();
    case 3:
      return cursor.u24();
    case 4:
      return cursor.u32();
    case 8:
      return cursor.u64();
    case 16:
      return cursor.block(16);
    case BLOCK:
      return cursor.block(blockLength(cursor, form));
  }
  if (offsets.has(form)) return format.offsetSize === 4 ? cursor.u32() : cursor.u64();
  if (lebs.has(form)) return cursor.uleb();
  if (form === forms.sdata) return cursor.sleb();
  if (form === forms.string) return cursor.string();
  if (form === forms.indirect) return readForm(cursor, directForm(cursor), format);
  throw new DwarfError(`DWARF form 0x${form.toString(16)} is unknown`);
}

function directForm(cursor: DwarfCursor): number {
  const form = cursor.uleb();
  // Nested indirect forms could be as deep as the section is long.
  if (form === forms.indirect || form === forms.implicitConst)
    throw new DwarfError("DWARF indirect form refers to another indirect form");
  return form;
}

function blockLength(cursor: DwarfCursor, form: number): number {
  switch (form) {
    case forms.block1:
      return cursor.u8();
    case forms.block2:
      return cursor.u16();
    case forms.block4:
      return cursor.u32();
    default:
      return cursor.uleb();
  }
}
