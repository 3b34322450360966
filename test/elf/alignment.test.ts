import { expect, test } from "vitest";
import { strip } from "../../lib/codegen/strip.ts";
import { ElfError } from "../../lib/errors/index.ts";
import { compileUnstripped } from "../support/unstripped.ts";

// With DWARF, which strip() leaves out.
const original = compileUnstripped("records/short.c").bytes;

/** The object with another alignment of each section. */
function aligned(alignment: bigint): Uint8Array {
  const object = Buffer.from(original);
  const headers = Number(object.readBigUInt64LE(0x28));
  const count = object.readUInt16LE(0x3c);
  for (let i = 1; i < count; i++) object.writeBigUInt64LE(alignment, headers + i * 64 + 48);
  return object;
}

for (const alignment of [1n << 31n, 1n << 40n, 2n ** 64n - 1n])
  test(`an object whose sections claim an alignment of ${alignment} bytes is not written again`, () => {
    const { rss } = process.memoryUsage();
    expect(() => strip(aligned(alignment))).toThrow(ElfError);
    expect(process.memoryUsage().rss - rss).toBeLessThan(200 << 20);
  });

test("an alignment that compilers use is kept", () => {
  expect(strip(aligned(64n)).length).toBeLessThan(original.length);
});
