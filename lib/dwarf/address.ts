/**
 * An address in an unlinked object: a section and an offset in one number. Addresses of one section have the order of
 * their offsets.
 */
export type Address = number;

const SECTION_SHIFT = 0x1_0000_0000;

export function addressOf(section: number, offset: number): Address {
  return section * SECTION_SHIFT + offset;
}

export function sectionOf(address: Address): number {
  return Math.floor(address / SECTION_SHIFT);
}

export function offsetIn(address: Address): number {
  return address % SECTION_SHIFT;
}
