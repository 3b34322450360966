import type { Layout, Member, RecordLayout } from "./layout.ts";

/**
 * How a record may be shorter than its type: programs often fill and send only a part of the last array. All bytes
 * before the array are required; padding after the last member is not.
 */
export interface Shortness {
  /** The minimum size of a record in bytes. */
  readonly least: number;
  /** The array that may be truncated; undefined for text and for a flexible array, which end with the record. */
  readonly cut?: ArrayCut;
  /** Offset in bytes of the text that the record may end within; undefined for another array. */
  readonly text?: number;
}

/** An array that a record may end within. */
export interface ArrayCut {
  /** The members that lead to the array. Empty when the type itself is an array. */
  readonly path: readonly string[];
  /** Offset of the array in the record, in bytes. */
  readonly offset: number;
  /** Size of an element in bytes. */
  readonly stride: number;
}

/** Returns undefined for a type whose records always have its full size. */
export function shortnessOf(layout: Layout): Shortness | undefined {
  const found = within(layout, 0, []);
  return found.least < layout.size ? found : undefined;
}

function within(layout: Layout, start: number, path: readonly string[]): Shortness {
  switch (layout.kind) {
    case "chars":
      return { least: start, text: start };
    case "bytes":
    case "array": {
      const stride = layout.kind === "array" ? layout.element.size : 1;
      if (layout.tail || stride === 0) return { least: start };
      return { least: start, cut: { path, offset: start, stride } };
    }
    case "record":
      return layout.of === "struct" ? withinStruct(layout, start, path) : { least: start + layout.size };
    default:
      return { least: start + layout.size };
  }
}

function withinStruct({ members }: RecordLayout, start: number, path: readonly string[]): Shortness {
  const [last, ...others] = [...members].sort((a, b) => endOf(b) - endOf(a) || b.offset - a.offset);
  if (last === undefined) return { least: start };
  const before = start + Math.max(0, ...others.map(endOf));
  if (last.kind === "overlay" || last.bits !== undefined || before > start + last.offset)
    return { least: Math.max(before, start + endOf(last)) };
  const { least, cut, text } = within(last.layout, start + last.offset, [...path, last.name]);
  // The bytes between the other members and an array are padding.
  const isArray = least === start + last.offset;
  return {
    least: isArray ? before : Math.max(before, least),
    ...(cut && { cut }),
    ...(text !== undefined && { text }),
  };
}

/** The end of the bytes of a member. */
function endOf(member: Member): number {
  if (member.kind === "overlay") return member.offset + member.size;
  const { offset, bits, layout } = member;
  return offset + (bits === undefined ? layout.size : Math.ceil((bits.shift + bits.width) / 8));
}
