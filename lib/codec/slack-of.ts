import type { Field, Layout, Member, Overlay, RecordLayout } from "./layout.ts";
import type { Slack } from "./slack.ts";

/** The bytes that values of a layout do not determine. Empty for most numbers and for bytes. */
export function slackOf(layout: Layout, littleEndian: boolean): readonly Slack[] {
  return slackAt(layout, 0, layout.size, littleEndian);
}

/** @param end - The end of the record that contains the layout, for flexible arrays. */
function slackAt(layout: Layout, at: number, end: number, littleEndian: boolean): Slack[] {
  switch (layout.kind) {
    case "bool":
      return [["bool", at, layout.size]];
    case "float":
      return [["float", at, layout.size]];
    case "chars": {
      const size = layout.tail ? end - at : layout.size;
      return size > 0 ? [["text", at, size]] : [];
    }
    case "array": {
      const { element } = layout;
      const count = layout.tail ? elementsUpTo(end - at, element.size) : layout.length;
      const inner = slackAt(element, 0, element.size, littleEndian);
      return inner.length > 0 && count > 0 ? [["each", at, count, element.size, inner]] : [];
    }
    case "record":
      return membersSlack(layout.members, at, at + layout.size, layout.tail ? end : at, littleEndian, at);
    default:
      return [];
  }
}

function elementsUpTo(room: number, stride: number): number {
  return stride === 0 ? 0 : Math.max(0, Math.floor(room / stride));
}

/**
 * The slack of members between two offsets.
 *
 * @param origin - The start of the members' offsets.
 */
function membersSlack(
  members: readonly Member[],
  start: number,
  stop: number,
  end: number,
  littleEndian: boolean,
  origin: number,
): Slack[] {
  // The bits of each byte that belong to a member.
  const taken = new Uint8Array(stop - start);
  const take = (from: number, size: number): void => {
    taken.fill(0xff, from - start, from - start + size);
  };
  const slack: Slack[] = [];
  for (const member of members) {
    const at = origin + member.offset;
    if (member.kind === "overlay") {
      take(at, member.size);
      slack.push(...overlaySlack(member, at, littleEndian));
    } else if (member.bits !== undefined) {
      for (const [byte, mask] of bitsOf(member, at, littleEndian)) {
        taken[byte - start] = (taken[byte - start] as number) | mask;
      }
    } else {
      take(at, lengthOf(member.layout, at, end));
      slack.push(...slackAt(member.layout, at, end, littleEndian));
    }
  }
  return [...gaps(taken, start), ...slack].sort((a, b) => a[1] - b[1]);
}

function lengthOf(layout: Layout, at: number, end: number): number {
  if (!("tail" in layout) || !layout.tail) return layout.size;
  if (layout.kind === "array") return elementsUpTo(end - at, layout.element.size) * layout.element.size;
  return layout.kind === "record" ? tailedLength(layout, at, end) : Math.max(0, end - at);
}

/** A record that ends in a flexible array covers its own bytes and those of the array. */
function tailedLength(layout: RecordLayout, at: number, end: number): number {
  return Math.max(layout.size, Math.max(0, end - at));
}

function* bitsOf({ bits, layout }: Field, at: number, littleEndian: boolean): Iterable<[number, number]> {
  const { shift, width } = bits ?? { shift: 0, width: layout.size * 8 };
  for (let bit = shift; bit < shift + width; bit++) {
    yield [at + (bit >> 3), littleEndian ? 1 << (bit & 7) : 0x80 >> (bit & 7)];
  }
}

function overlaySlack({ offset, size, alternatives }: Overlay, at: number, littleEndian: boolean): Slack[] {
  const members = alternatives.map((members) => membersSlack(members, 0, size, size, littleEndian, -offset));
  // A member that determines all its bytes also determines the bytes of the other members.
  return members.some((slack) => slack.length === 0) ? [] : [["union", at, size, members]];
}

function gaps(taken: Uint8Array, start: number): Slack[] {
  const found: Slack[] = [];
  for (let i = 0; i < taken.length; i++) {
    const missing = ~(taken[i] as number) & 0xff;
    if (missing === 0) continue;
    if (missing !== 0xff) {
      found.push(["bits", start + i, missing]);
      continue;
    }
    const from = i;
    while (taken[i + 1] === 0) i++;
    found.push(["padding", start + from, i + 1 - from]);
  }
  return found;
}
