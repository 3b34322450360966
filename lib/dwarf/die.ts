import { DwarfError } from "../errors/index.ts";
import type { Abbreviation } from "./abbreviations.ts";
import type { Address } from "./address.ts";
import { attributes, forms } from "./constants.ts";
import type { DwarfCursor } from "./cursor.ts";
import { readForm, skipForm, type UnitFormat } from "./form.ts";
import type { DwarfSections } from "./sections.ts";

/** The unit that contains an entry. It resolves the references of the entry. */
export interface DieUnit extends UnitFormat {
  readonly sections: DwarfSections;
  readonly version: number;
  /** The start of the unit in `.debug_info`, which is the base of references within the unit. */
  readonly start: number;
  readonly end: number;
  readonly root: Die;
  /** Returns the entry at an offset of `.debug_info`. */
  die(offset: number): Die;
  /** Reads from an offset of `.debug_info` to the end of the unit. */
  cursor(at: number): DwarfCursor;
  /** Reads the abbreviation of an entry. Undefined for the terminator after the last child. */
  abbreviation(cursor: DwarfCursor): Abbreviation | undefined;
  skipAttributes(cursor: DwarfCursor, abbreviation: Abbreviation): void;
  /** The address at an index of the unit's table. */
  address(index: number): Address;
  /** The string at an index of the unit's table. */
  indexedString(index: number): string;
  /**
   * The start of a list, by its index in a table of the section. An attribute of the unit gives the offset of the
   * table.
   */
  listOffset(section: string, baseAttribute: number, index: number): number;
}

interface Value {
  readonly form: number;
  readonly value: number | Uint8Array;
  /** The offset of the value in `.debug_info`. */
  readonly at: number;
}

/** A debugging information entry (DIE): a type, a variable or a function. Its attributes are read on access. */
export class Die {
  readonly unit: DieUnit;
  /** The offset in `.debug_info`, which identifies the entry. */
  readonly offset: number;
  readonly #abbreviation: Abbreviation;
  readonly #attributesAt: number;

  constructor(unit: DieUnit, offset: number, abbreviation: Abbreviation, attributesAt: number) {
    this.unit = unit;
    this.offset = offset;
    this.#abbreviation = abbreviation;
    this.#attributesAt = attributesAt;
  }

  /** DW_TAG_* */
  get tag(): number {
    return this.#abbreviation.tag;
  }

  has(attribute: number): boolean {
    return this.#abbreviation.attributes.some(({ name }) => name === attribute);
  }

  /** The raw value of an attribute. Undefined if the entry does not have the attribute. */
  value(attribute: number): Value | undefined {
    if (!this.has(attribute)) return undefined;
    const cursor = this.unit.cursor(this.#attributesAt);
    for (const { name, form, constant } of this.#abbreviation.attributes) {
      if (name !== attribute) {
        skipForm(cursor, form, this.unit);
        continue;
      }
      const { at } = cursor;
      const value = form === forms.implicitConst ? constant : readForm(cursor, form, this.unit);
      return { form, value, at };
    }
    return undefined;
  }

  /** The value of a numeric attribute. Undefined for a block. */
  number(attribute: number): number | undefined {
    const value = this.value(attribute)?.value;
    return typeof value === "number" ? value : undefined;
  }

  /** The value of an attribute that is a block of bytes, such as an expression. */
  block(attribute: number): Uint8Array | undefined {
    const value = this.value(attribute)?.value;
    return typeof value === "number" ? undefined : value;
  }

  /** A constant of up to 64 bits, exact. */
  constant(attribute: number): bigint | undefined {
    const found = this.value(attribute);
    if (found === undefined || typeof found.value !== "number") return undefined;
    const cursor = this.unit.cursor(found.at);
    switch (found.form) {
      case forms.sdata:
        return cursor.slebExact();
      case forms.udata:
        return cursor.ulebExact();
      case forms.data8:
        return cursor.u64Exact();
      default:
        return BigInt(found.value);
    }
  }

  /** The name. Empty if the entry has none. */
  get name(): string {
    const found = this.value(attributes.name);
    if (found === undefined || typeof found.value !== "number") return "";
    const { sections } = this.unit;
    switch (found.form) {
      case forms.string:
        return sections.string("debug_info", found.value);
      case forms.strp:
        return sections.string("debug_str", found.value);
      case forms.lineStrp:
        return sections.string("debug_line_str", found.value);
      case forms.strx:
      case forms.strx1:
      case forms.strx2:
      case forms.strx3:
      case forms.strx4:
        return this.unit.indexedString(found.value);
      default:
        return "";
    }
  }

  /** The entry that an attribute refers to. A reference into another unit is not followed. */
  reference(attribute: number): Die | undefined {
    const found = this.value(attribute);
    if (found === undefined || typeof found.value !== "number") return undefined;
    const { unit } = this;
    switch (found.form) {
      case forms.ref1:
      case forms.ref2:
      case forms.ref4:
      case forms.ref8:
      case forms.refUdata:
        return unit.die(unit.start + found.value);
      case forms.refAddr:
        return found.value >= unit.start && found.value < unit.end ? unit.die(found.value) : undefined;
      default:
        return undefined;
    }
  }

  /** The type of a variable, member or parameter, or the target of a pointer or typedef. Undefined for void. */
  get type(): Die | undefined {
    return this.reference(attributes.type);
  }

  /** An attribute that is an address. */
  address(attribute: number): Address | undefined {
    const found = this.value(attribute);
    if (found === undefined || typeof found.value !== "number") return undefined;
    if (isAddressIndex(found.form)) return this.unit.address(found.value);
    if (found.form !== forms.addr) return undefined;
    return this.unit.sections.address("debug_info", this.unit.cursor(found.at));
  }

  /** The direct children of the entry. */
  *children(): Generator<Die, void> {
    if (!this.#abbreviation.hasChildren) return;
    const { unit } = this;
    const cursor = unit.cursor(this.#attributesAt);
    unit.skipAttributes(cursor, this.#abbreviation);
    while (cursor.at < cursor.end) {
      const offset = cursor.at;
      const abbreviation = unit.abbreviation(cursor);
      if (abbreviation === undefined) return;
      const child = new Die(unit, offset, abbreviation, cursor.at);
      yield child;
      unit.skipAttributes(cursor, abbreviation);
      if (!abbreviation.hasChildren) continue;
      const sibling = child.reference(attributes.sibling)?.offset;
      if (sibling === undefined) {
        for (let depth = 1; depth > 0; ) {
          const within = unit.abbreviation(cursor);
          if (within === undefined) depth--;
          else {
            unit.skipAttributes(cursor, within);
            if (within.hasChildren) depth++;
          }
        }
      } else {
        // A reference to an earlier sibling would cause an endless loop.
        if (sibling < cursor.at)
          throw new DwarfError(`DWARF entry at byte ${offset} has a sibling before it`);
        cursor.at = sibling;
      }
    }
  }
}

export function isAddressIndex(form: number): boolean {
  return (
    form === forms.addrx ||
    form === forms.addrx1 ||
    form === forms.addrx2 ||
    form === forms.addrx3 ||
    form === forms.addrx4
  );
}
