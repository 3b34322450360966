import { type Field, fieldsOf, type Layout, type RecordLayout } from "../../../lib/codec/layout.ts";
import type { Random } from "./random.ts";

/**
 * Random bytes that C and JavaScript both can have in such a struct: text is ASCII with zeros after its end, a bool is 0
 * or 1, floats are numbers, since the bits of a NaN do not outlive every machine.
 */
export function plausibleBytes(random: Random, record: RecordLayout, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  const style = random.below(3);
  for (let i = 0; i < length; i++)
    bytes[i] = style === 0 ? 0xff : style === 1 && random.oneIn(2) ? 0 : random.below(256);
  const view = new DataView(bytes.buffer);
  // Members of unions share bytes: to set one right can set another wrong. Bits are only ever cleared, so it ends.
  for (let before = ""; before !== bytes.join(); ) {
    before = bytes.join();
    settle(record, view, 0, length);
  }
  return bytes;
}

function settle(layout: Layout, view: DataView, offset: number, end: number): void {
  const byte = (at: number): number => view.getUint8(at);
  switch (layout.kind) {
    case "bool":
      view.setUint8(offset, byte(offset) & 1);
      break;
    case "float": {
      // The exponent's highest bits, wherever they are: all of its bytes' bits but one.
      const last = offset + layout.size - 1;
      for (const at of [offset, last]) view.setUint8(at, byte(at) & 0xbf);
      break;
    }
    case "chars": {
      const stop = layout.tail ? end : offset + layout.size;
      let isOver = false;
      for (let at = offset; at < stop; at++) {
        isOver ||= byte(at) === 0;
        view.setUint8(at, isOver ? 0 : byte(at) & 0x7f);
      }
      break;
    }
    case "array":
      for (let i = 0; i < layout.length; i++)
        settle(layout.element, view, offset + i * layout.element.size, end);
      break;
    case "record":
      for (const field of fieldsOf(layout.members))
        if (!isBits(field)) settle(field.layout, view, offset + field.offset, end);
  }
}

function isBits(field: Field): boolean {
  return field.bits !== undefined;
}
