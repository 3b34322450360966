import { InvalidArgumentError } from "../errors/index.ts";
import type { IntLayout, Layout } from "./layout.ts";
import { checkMeaning, type Meaning } from "./meaning.ts";

const sizes = { ipv4: 4, ipv6: 16, mac: 6 } as const;

/**
 * Returns the layout of a type with a meaning. If an array does not fit the meaning as a whole, each element has it.
 *
 * @param subject - For messages: `field "event.saddr"`.
 * @throws {@link InvalidArgumentError} for an unknown word, and for a type that cannot have the meaning.
 */
export function withMeaning(layout: Layout, word: Meaning, subject: string): Layout {
  // The field has another meaning than its typedef.
  if (layout.kind === "meant" && layout.of !== undefined) return withMeaning(layout.of, word, subject);
  const meaning = checkMeaning(word, subject);
  const found = meant(layout, meaning);
  if (found !== undefined) return found;
  if (layout.kind === "array") {
    const element = withMeaning(layout.element, meaning, subject);
    return { ...layout, element };
  }
  throw new InvalidArgumentError(
    `${subject}: expected ${expected[meaning]} for "${meaning}", received ${layout.name} (${layout.size} bytes)`,
  );
}

const expected: Record<Meaning, string> = {
  text: "an array of bytes",
  bytes: "a type of a fixed size",
  ipv4: "4 bytes",
  ipv6: "16 bytes",
  mac: "6 bytes",
  ktime: "a 64-bit integer",
  be: "an integer of 16, 32 or 64 bits",
  le: "an integer of 16, 32 or 64 bits",
  host: "an integer",
};

function meant(layout: Layout, meaning: Meaning): Layout | undefined {
  const { name, size } = layout;
  const tail = "tail" in layout && layout.tail;
  switch (meaning) {
    case "text":
      return isBytes(layout)
        ? { kind: "chars", name: `char${name.slice(name.indexOf("["))}`, size, tail }
        : undefined;
    case "bytes":
      if (isBytes(layout)) return { kind: "bytes", name, size, tail };
      // An array of texts becomes an array of bytes, not one sequence of bytes.
      return tail || layout.kind === "array" ? undefined : { kind: "bytes", name, size, tail: false };
    case "ipv4":
    case "ipv6":
    case "mac":
      return !tail && size === sizes[meaning] && !isListOfOthers(layout, size)
        ? { kind: "meant", meaning, name, size, of: layout }
        : undefined;
    case "ktime":
      return layout.kind === "int" && size === 8
        ? { kind: "meant", meaning, name, size, order: layout.order, of: layout }
        : undefined;
    case "be":
    case "le":
      return layout.kind === "int" && size > 1
        ? { ...layout, order: meaning === "be" ? "big" : "little" }
        : undefined;
    case "host":
      return layout.kind === "int" ? { ...layout, order: undefined } : undefined;
  }
}

function isBytes(layout: Layout): boolean {
  if (layout.kind === "chars" || layout.kind === "bytes") return true;
  return layout.kind === "array" && isByte(layout.element);
}

function isByte(layout: Layout): layout is IntLayout {
  return layout.kind === "int" && layout.size === 1;
}

/** `__be32[4]` is one IPv6 address. `u8[4][4]` has the same size but is not one; `__be32[1]` is a list. */
function isListOfOthers(layout: Layout, size: number): boolean {
  if (layout.kind !== "array") return false;
  return layout.element.kind !== "int" || layout.element.size === size;
}
