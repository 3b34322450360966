import type { Random } from "../../../test/support/random.ts";

const tokens = [
  ..."0 -1 0x 0xffffffffffffffff 18446744073709551616 4294967296 1e9 NaN ffffffff81000000".split(" "),
  ...[
    '"',
    "'",
    "`",
    "*/",
    "/*",
    "\\",
    "\0",
    "\n",
    "\r",
    "\t",
    " ",
    "\u2028",
    "\ud800",
    "__proto__",
    "$" + "{x}",
  ],
  ..."[ ] ( ) { } < > ; : = , R0 r10 fp-8 map_value scalar goto ll *(u64 *)(r1 +0)".split(" "),
];

/** A copy of a text with one to eight changes: lines and characters moved, repeated, left out, replaced. */
export function mutateText(input: Uint8Array, random: Random): Uint8Array {
  let text = Buffer.from(input).toString("utf8");
  for (let n = 1 << random.below(4); n > 0; n--) text = change(text, random);
  return Buffer.from(text.slice(0, 200_000));
}

function change(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const length = random.below(12);
  switch (random.below(7)) {
    case 0:
      return text.slice(0, at) + random.pick(tokens) + text.slice(at);
    case 1:
      return text.slice(0, at) + random.pick(tokens) + text.slice(at + length);
    case 2:
      return text.slice(0, at) + text.slice(at + length);
    case 3: {
      const from = random.below(text.length + 1);
      return text.slice(0, at) + text.slice(from, from + random.below(80)) + text.slice(at);
    }
    case 4: {
      const lines = text.split("\n");
      const line = random.pick(lines);
      lines.splice(random.below(lines.length), random.below(2), line);
      return lines.join("\n");
    }
    case 5:
      return text.slice(0, at) + String.fromCharCode(random.below(0x180)) + text.slice(at + 1);
    default:
      return text.slice(0, at) + text.slice(at, at + length).repeat(1 + random.below(50)) + text.slice(at);
  }
}
