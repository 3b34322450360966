import { type BitRange, isNumber, type Layout } from "../layout.ts";
import type { Draft } from "./draft.ts";
import { readInteger } from "./numbers.ts";
import { plus } from "./text.ts";
import type { Spot, TargetPlace } from "./value-code.ts";

/** An expression for a bitfield. A bitfield within 4 bytes is read without a function call. */
export function readBits(
  draft: Draft,
  layout: Layout,
  { shift, width }: BitRange,
  place: TargetPlace,
): string {
  const { littleEndian } = draft.options;
  const signed = "signed" in layout && layout.signed;
  const isBool = layout.kind === "bool";
  const asNumber = isBool || ((layout.kind === "int" || layout.kind === "enum") && isNumber(layout));
  const count = (shift + width + 7) >> 3;
  if (!asNumber || count > 4) {
    const bits = `${draft.part("readBits")}(${place.view}, ${place.offset}, ${shift}, ${width}, ${littleEndian})`;
    if (isBool) return `${bits} !== 0n`;
    const value = signed ? `BigInt.asIntN(${width}, ${bits})` : bits;
    return asNumber ? `Number(${value})` : value;
  }
  const below = littleEndian ? shift : count * 8 - shift - width;
  const raw = readUpTo4(draft, count, place);
  if (signed) {
    const above = 32 - below - width;
    const shifted = above === 0 ? raw : `(${raw} << ${above})`;
    return `${shifted} >> ${32 - width}`;
  }
  const lowered = below === 0 ? raw : `${raw} >>> ${below}`;
  const field = below === 0 ? raw : `(${lowered})`;
  const masked = below + width === count * 8 ? lowered : `${field} & ${2 ** width - 1}`;
  return isBool ? `(${masked}) !== 0` : masked;
}

/** A statement that stores a bitfield and keeps the neighbouring bits. */
export function writeBits(
  draft: Draft,
  layout: Layout,
  { shift, width }: BitRange,
  { view, offset }: TargetPlace,
  value: string,
  { path, step }: Spot,
): string {
  const signed = "signed" in layout && layout.signed;
  const checked =
    layout.kind === "bool"
      ? `BigInt(${draft.part("asBool")}(${value}, ${path}, ${step}))`
      : `${draft.part("asBits")}(${value}, ${width}, ${signed}, ${path}, ${step})`;
  const { littleEndian } = draft.options;
  return `${draft.part("writeBits")}(${view}, ${offset}, ${shift}, ${width}, ${checked}, ${littleEndian});`;
}

/** An unsigned integer of 1 to 4 bytes. */
function readUpTo4(draft: Draft, count: number, { view, offset }: TargetPlace): string {
  if (count !== 3) return readInteger(draft, count, false, { view, offset });
  const pair = readInteger(draft, 2, false, { view, offset });
  const third = `${view}.getUint8(${plus(offset, 2)})`;
  return draft.options.littleEndian ? `(${pair} | (${third} << 16))` : `((${pair} << 8) | ${third})`;
}
