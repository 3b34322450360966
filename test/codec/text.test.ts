import { describe, expect, test } from "vitest";
import { char, cString, cStrings, EncodeError } from "../../lib/index.ts";
import { Random } from "./support/random.ts";

const text = char(16);

function decode(...bytes: number[]): string {
  const padded = new Uint8Array(16);
  padded.set(bytes);
  return text.read(new DataView(padded.buffer), 0);
}

function encode(value: string): number[] {
  const bytes = new Uint8Array(16).fill(0xaa);
  text.write(new DataView(bytes.buffer), 0, value);
  return [...bytes];
}

describe("char[16]", () => {
  test.for([
    ["a character cut at the end", [0x68, 0xc3], "h\udcc3"],
    ["a byte that no character has", [0xff, 0x78], "\udcffx"],
    ["a character longer than it need be", [0xc0, 0xaf], "\udcc0\udcaf"],
    ["half of a surrogate pair", [0xed, 0xb2, 0x80], "\udced\udcb2\udc80"],
    ["a character past the last one", [0xf4, 0x90, 0x80, 0x80], "\udcf4\udc90\udc80\udc80"],
    ["a byte order mark", [0xef, 0xbb, 0xbf, 0x78], "\ufeffx"],
    ["U+FFFD itself", [0xef, 0xbf, 0xbd], "\ufffd"],
    ["valid characters around a cut one", [0xc3, 0xbc, 0xe2, 0x82, 0x78], "ü\udce2\udc82x"],
    ["a character of four bytes", [0xf0, 0x9f, 0x98, 0x80, 0xff], "😀\udcff"],
  ] as const)("keeps %s", ([, bytes, value]) => {
    expect(decode(...bytes)).toBe(value);
    expect(encode(value)).toEqual([...bytes, ...new Array(16 - bytes.length).fill(0)]);
  });

  test("decodes and encodes every byte sequence without loss", () => {
    const random = new Random(7);
    const interesting = [0x41, 0x7f, 0x80, 0xbf, 0xc3, 0xe0, 0xed, 0xef, 0xf0, 0xf4, 0xff];
    for (let round = 0; round < 500; round++) {
      const bytes = Array.from({ length: 16 }, () =>
        random.oneIn(2) ? random.pick(interesting) : 1 + random.below(255),
      );
      expect(encode(decode(...bytes))).toEqual(bytes);
    }
  });

  test("rejects a lone surrogate that encodes no byte", () => {
    expect(() => encode("x\ud800")).toThrow(EncodeError);
    expect(() => encode("\udc7f")).toThrow(/expected well-formed Unicode text/);
  });

  test("reports the length of text that is too long", () => {
    expect(() => encode("\udcff".repeat(17))).toThrow("expected at most 16 bytes, received text of 17 bytes");
  });
});

test("cString decodes text from bytes", () => {
  expect(cString(Uint8Array.of(0x68, 0xc3, 0xbc, 0, 0x78))).toBe("hü");
  expect(cString(Uint8Array.of(0x68, 0x69))).toBe("hi");
  expect(cString(new Uint8Array(Buffer.from("xxsh\0\0")).subarray(2))).toBe("sh");
  expect(cString(new Uint8Array(0))).toBe("");
});

test("cStrings decodes all texts that NULs separate", () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
  expect(cStrings(bytes("ls\0-l\0/tmp\0"))).toEqual(["ls", "-l", "/tmp"]);
  expect(cStrings(bytes("ls\0-l"))).toEqual(["ls", "-l"]);
  expect(cStrings(bytes("sh\0\0-c\0\0\0\0"))).toEqual(["sh", "", "-c"]);
  expect(cStrings(bytes("sh\0-c\0\0\0\0"), 3)).toEqual(["sh", "-c", ""]);
  expect(cStrings(bytes("sh\0-c\0"), 1)).toEqual(["sh"]);
  expect(cStrings(bytes("\0\0"))).toEqual([]);
  expect(cStrings(new Uint8Array(bytes("xxsh\0\xff")).subarray(2))).toEqual(["sh", "\udcff"]);
});
