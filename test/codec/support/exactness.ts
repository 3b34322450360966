import { expect } from "vitest";
import type { Codec } from "../../../lib/codec/codec.ts";
import { exact } from "../../../lib/codec/exact.ts";
import type { Field, Layout, RecordLayout } from "../../../lib/codec/layout.ts";
import { slackOf } from "../../../lib/codec/slack-of.ts";
import { composeTightness, tightnessCode, tightnessHelpers } from "../../../lib/codec/tightness.ts";
import type { Random } from "./random.ts";

const GUARD = 16;

/**
 * Any bytes that are read are given back, changing one field changes no bit of another, nothing is written beside, and a
 * flexible array that is too long is refused.
 */
export function checkExactness(
  what: string,
  codec: Codec<unknown>,
  layout: RecordLayout,
  littleEndian: boolean,
  random: Random,
): void {
  for (const position of ["key", "value"] as const) {
    const careful = exact(codec, position);
    for (let round = 0; round < 6; round++) {
      const bytes = anyBytes(random, codec.size);
      checkSlackCode(what, layout, littleEndian, bytes);
      const value = careful.read(new DataView(bytes.buffer), 0, bytes.length) as Record<string, unknown>;
      const given = random.oneIn(2) ? value : { ...value };
      expect(store(careful, given), `${what}: the bytes that were read`).toBe(hex(bytes));
      for (const member of layout.members) {
        if (member.kind === "field")
          checkChange(`${what}.${member.name}`, careful, given, member, bytes, littleEndian);
      }
    }
    const tail = layout.members.find((member) => member.kind === "field" && isTail(member.layout)) as Field;
    if (tail === undefined) continue;
    const zeros = new DataView(new ArrayBuffer(codec.size));
    const value = careful.read(zeros, 0, codec.size) as object;
    const tooLong = new Array(codec.size + 1).fill(0);
    expect(() => store(careful, { ...value, [tail.name]: tooLong }), what).toThrow(
      /expected at most \d+ bytes/,
    );
  }
}

function isTail(layout: Layout): boolean {
  return "tail" in layout && layout.tail && layout.kind !== "record";
}

/** Unusual bytes: zeros between others, invalid UTF-8, bools of 2, dirty padding. */
function anyBytes(random: Random, size: number): Uint8Array<ArrayBuffer> {
  const style = random.below(4);
  return Uint8Array.from({ length: size }, () => {
    if (style === 0) return random.below(256);
    if (style === 1) return random.oneIn(2) ? 0 : random.below(256);
    return style === 2 ? random.below(3) : 0;
  });
}

/** Stores between guard bytes that must not change, and returns the bytes. */
function store(codec: Codec<unknown>, value: unknown): string {
  const target = new Uint8Array(codec.size + 2 * GUARD).fill(0x55);
  try {
    codec.write(new DataView(target.buffer), GUARD, value);
  } finally {
    const guards = [...target.subarray(0, GUARD), ...target.subarray(GUARD + codec.size)];
    expect(guards.every((byte) => byte === 0x55)).toBe(true);
  }
  return hex(target.subarray(GUARD, GUARD + codec.size));
}

function checkChange(
  what: string,
  codec: Codec<unknown>,
  value: Record<string, unknown>,
  field: Field,
  bytes: Uint8Array,
  littleEndian: boolean,
): void {
  const { layout } = field;
  const mask = maskOf(field, codec.size, littleEndian);
  const old = value[field.name];
  const changed =
    typeof old === "boolean" ? !old : layout.kind === "chars" && !layout.tail ? "q" : zeroOf(old);
  if (changed === undefined) return;
  const stored = Buffer.from(store(codec, { ...value, [field.name]: changed }), "hex");
  const beside = stored.map((byte, i) => byte & ~(mask[i] as number));
  const wanted = bytes.map((byte, i) => byte & ~(mask[i] as number));
  expect(hex(beside), `${what}: bits beside it`).toBe(hex(wanted));
  const again = codec.read(new DataView(new Uint8Array(stored).buffer), 0, stored.length);
  expect((again as Record<string, unknown>)[field.name], `${what}: what was set`).toEqual(changed);
  if (changed === "q") {
    const text = stored.subarray(field.offset, field.offset + layout.size);
    expect(hex(text), `${what}: nothing of the longer text is left`).toBe("71".padEnd(2 * layout.size, "0"));
  }
}

function zeroOf(value: unknown): 0 | 0n | undefined {
  if (typeof value === "number") return 0;
  return typeof value === "bigint" ? 0n : undefined;
}

/** The bits that belong to a field. */
function maskOf({ offset, layout, bits }: Field, size: number, littleEndian: boolean): Uint8Array {
  const mask = new Uint8Array(size);
  if (bits === undefined) return mask.fill(0xff, offset, offset + layout.size);
  for (let bit = bits.shift; bit < bits.shift + bits.width; bit++) {
    const at = offset + (bit >> 3);
    mask[at] = (mask[at] as number) | (littleEndian ? 1 << (bit & 7) : 0x80 >> (bit & 7));
  }
  return mask;
}

function checkSlackCode(
  what: string,
  layout: Layout,
  littleEndian: boolean,
  bytes: Uint8Array<ArrayBuffer>,
): void {
  const slack = slackOf(layout, littleEndian);
  const names = Object.keys(tightnessHelpers);
  const compiled = new Function(...names, "view", "offset", `return ${tightnessCode(slack)};`);
  const view = new DataView(bytes.buffer);
  const answer = compiled(...Object.values(tightnessHelpers), view, 0);
  expect(composeTightness(slack)(view, 0), `${what}: both checks agree`).toBe(answer);
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
