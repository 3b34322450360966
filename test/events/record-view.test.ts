import { expect, test } from "vitest";
import { ViewPlace } from "../../lib/codec/view.ts";
import { RecordView } from "../../lib/events/record-view.ts";
import { InvalidArgumentError } from "../../lib/index.ts";

const memory = new DataView(new ArrayBuffer(64));
new Uint8Array(memory.buffer).fill(0xff);
const place = new ViewPlace();
place.move(memory, 16, 28);
const view = new RecordView(place);

const outside: unknown[] = ["0", "-8", -1, 0.5, 12, 2 ** 32, -(2 ** 32), Number.NaN, 0n, null, {}, [0], true];

test.each(outside)("an offset of %o reads nothing outside of the record", (offset) => {
  for (const method of ["getUint8", "getInt8", "getUint16", "getInt32", "getUint32", "getBigUint64"] as const)
    expect(() => view[method](offset as number)).toThrow(InvalidArgumentError);
});

test("a number that only begins in the record is not read", () => {
  expect(view.getUint32(8)).toBe(0xffff_ffff);
  expect(() => view.getUint32(9)).toThrow(InvalidArgumentError);
  expect(() => view.getBigUint64(8)).toThrow(InvalidArgumentError);
});
