import { DwarfError } from "../errors/index.ts";
import { type Abbreviation, type Abbreviations, readAbbreviations } from "./abbreviations.ts";
import type { Address } from "./address.ts";
import { attributes, unitTypes } from "./constants.ts";
import type { DwarfCursor } from "./cursor.ts";
import { Die, type DieUnit } from "./die.ts";
import { skipForm } from "./form.ts";
import type { DwarfSections } from "./sections.ts";

const INFO = "debug_info";
const ADDRESS_SIZE = 8;

interface Header {
  /** The start of the unit in `.debug_info`, which is the base of references within the unit. */
  readonly start: number;
  readonly end: number;
  readonly version: number;
  /** The size of a section offset in bytes: 4, or 8 in the 64-bit format. */
  readonly offsetSize: 4 | 8;
  readonly firstDie: number;
  readonly abbreviationsAt: number;
  /** DW_UT_* */
  readonly type: number;
}

/** A compilation unit: one source file with everything that it includes. */
export class Unit implements DieUnit {
  readonly sections: DwarfSections;
  readonly start: number;
  readonly end: number;
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly root: Die;
  readonly #abbreviations: Abbreviations;

  private constructor(sections: DwarfSections, header: Header, abbreviations: Abbreviations) {
    this.sections = sections;
    this.start = header.start;
    this.end = header.end;
    this.version = header.version;
    this.offsetSize = header.offsetSize;
    this.#abbreviations = abbreviations;
    this.root = this.die(header.firstDie);
    if (this.root.has(attributes.dwoName) || this.root.has(attributes.gnuDwoName)) throw splitUnit();
  }

  /**
   * Reads the headers of all units. Skips type units.
   *
   * @throws {@link DwarfError} for an unsupported version or kind of unit, such as split DWARF.
   */
  static readAll(sections: DwarfSections): Unit[] {
    const units: Unit[] = [];
    // By offset and format.
    const tables = new Map<string, Abbreviations>();
    const cursor = sections.cursor(INFO);
    while (cursor.at < cursor.end) {
      const header = readHeader(cursor);
      cursor.at = header.end;
      if (header.type === unitTypes.type) continue;
      const at = header.abbreviationsAt;
      const key = `${at} ${header.offsetSize}`;
      const table = tables.get(key) ?? readAbbreviations(sections.cursor("debug_abbrev", at), header);
      tables.set(key, table);
      units.push(new Unit(sections, header, table));
    }
    return units;
  }

  die(offset: number): Die {
    const cursor = this.cursor(offset);
    const abbreviation = this.abbreviation(cursor);
    if (abbreviation === undefined) throw new DwarfError(`DWARF has no entry at byte ${offset}`);
    return new Die(this, offset, abbreviation, cursor.at);
  }

  cursor(at: number): DwarfCursor {
    if (at < this.start || at >= this.end)
      throw new DwarfError(`DWARF refers to byte ${at}, outside the unit from ${this.start} to ${this.end}`);
    return this.sections.cursor(INFO, at, this.end);
  }

  abbreviation(cursor: DwarfCursor): Abbreviation | undefined {
    const code = cursor.uleb();
    if (code === 0) return undefined;
    const found = this.#abbreviations.get(code);
    if (found === undefined) throw new DwarfError(`DWARF has no abbreviation ${code}`);
    return found;
  }

  skipAttributes(cursor: DwarfCursor, { attributes: list, size }: Abbreviation): void {
    if (size !== undefined) cursor.skip(size);
    else for (let i = 0; i < list.length; i++) skipForm(cursor, (list[i] as { form: number }).form, this);
  }

  address(index: number): Address {
    const base = this.root.number(attributes.addrBase) ?? 0;
    const cursor = this.sections.cursor("debug_addr", base + index * ADDRESS_SIZE);
    return this.sections.address("debug_addr", cursor);
  }

  indexedString(index: number): string {
    const base = this.root.number(attributes.strOffsetsBase) ?? 0;
    const cursor = this.sections.cursor("debug_str_offsets", base + index * this.offsetSize);
    return this.sections.string("debug_str", this.#readOffset(cursor));
  }

  listOffset(section: string, baseAttribute: number, index: number): number {
    const base = this.root.number(baseAttribute) ?? 0;
    const cursor = this.sections.cursor(section, base + index * this.offsetSize);
    return base + this.#readOffset(cursor);
  }

  #readOffset(cursor: DwarfCursor): number {
    return this.offsetSize === 8 ? cursor.u64() : cursor.u32();
  }
}

function readHeader(cursor: DwarfCursor): Header {
  const start = cursor.at;
  const first = cursor.u32();
  const offsetSize = first === 0xffff_ffff ? 8 : 4;
  const length = offsetSize === 8 ? cursor.u64() : first;
  const end = cursor.at + length;
  if (!(end <= cursor.end))
    throw new DwarfError(`DWARF unit at byte ${start} claims to have ${length} bytes`);
  const version = cursor.u16();
  if (version < 2 || version > 5)
    throw new DwarfError(`DWARF version ${version} is not supported; expected 2 to 5`);
  const type = version === 5 ? cursor.u8() : unitTypes.compile;
  if (type === unitTypes.skeleton || type === unitTypes.splitCompile || type === unitTypes.splitType)
    throw splitUnit();
  const readOffset = (): number => (offsetSize === 8 ? cursor.u64() : cursor.u32());
  let addressSize: number;
  let abbreviationsAt: number;
  if (version === 5) {
    addressSize = cursor.u8();
    abbreviationsAt = readOffset();
  } else {
    abbreviationsAt = readOffset();
    addressSize = cursor.u8();
  }
  if (addressSize !== ADDRESS_SIZE)
    throw new DwarfError(`DWARF unit at byte ${start} has addresses of ${addressSize} bytes, BPF has 8`);
  return { start, end, version, offsetSize, firstDie: cursor.at, abbreviationsAt, type };
}

function splitUnit(): DwarfError {
  return new DwarfError("DWARF is split: its data is in another file (.dwo)", {
    remedy: "Compile without -gsplit-dwarf",
  });
}
