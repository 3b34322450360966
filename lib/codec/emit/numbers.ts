import {
  type BoolLayout,
  type ByteOrder,
  type EnumLayout,
  type FloatLayout,
  type IntLayout,
  isLittle,
  type Layout,
} from "../layout.ts";
import type { Draft } from "./draft.ts";
import type { TargetPlace } from "./value-code.ts";

/** Numbers that one DataView method reads, except 128 bits. */
export type NumberLayout = IntLayout | EnumLayout | BoolLayout | FloatLayout;

export function isNumberLayout(layout: Layout): layout is NumberLayout {
  return layout.kind === "int" || layout.kind === "enum" || layout.kind === "bool" || layout.kind === "float";
}

/** An expression for the number at a place. */
export function readNumber(draft: Draft, layout: NumberLayout, place: TargetPlace): string {
  const { kind, size } = layout;
  if (kind === "float") return `${place.view}.getFloat${size * 8}(${draft.args(place.offset, size)})`;
  if (kind === "bool") return `${readInteger(draft, size, false, place)} !== ${size === 8 ? "0n" : "0"}`;
  return readInteger(draft, size, layout.signed, place, orderOf(layout));
}

/** A statement that stores a number. @param where - The arguments for the place of the number in the value. */
export function writeNumber(
  draft: Draft,
  layout: NumberLayout,
  { view, offset }: TargetPlace,
  value: string,
  where: string,
): string {
  const { kind, size } = layout;
  if (kind === "float") {
    const code = `${draft.part("asFloat")}(${value}, ${where})`;
    return `${view}.setFloat${size * 8}(${draft.args(offset, size, code)});`;
  }
  if (kind === "bool") {
    const bit = `${draft.part("asBool")}(${value}, ${where})`;
    const code = size === 8 ? `BigInt(${bit})` : bit;
    return `${view}.set${integerMethod(size, false)}(${draft.args(offset, size, code)});`;
  }
  const checked = `${draft.part(`as${layout.signed ? "I" : "U"}${size * 8}`)}(${value}, ${where})`;
  if (size === 16) {
    return `${draft.part("write128")}(${view}, ${offset}, ${checked}, ${isLittle(orderOf(layout), draft.options.littleEndian)});`;
  }
  const args = draft.args(offset, size, checked, orderOf(layout));
  return `${view}.set${integerMethod(size, layout.signed)}(${args});`;
}

function orderOf(layout: NumberLayout): ByteOrder | undefined {
  return layout.kind === "int" ? layout.order : undefined;
}

export function readInteger(
  draft: Draft,
  size: number,
  signed: boolean,
  { view, offset }: TargetPlace,
  order?: ByteOrder,
): string {
  if (size === 16) {
    return `${draft.part(signed ? "readI128" : "readU128")}(${view}, ${offset}, ${isLittle(order, draft.options.littleEndian)})`;
  }
  return `${view}.get${integerMethod(size, signed)}(${draft.args(offset, size, undefined, order)})`;
}

function integerMethod(size: number, signed: boolean): string {
  return `${size === 8 ? "Big" : ""}${signed ? "Int" : "Uint"}${size * 8}`;
}
