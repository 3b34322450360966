import { isIP } from "node:net";
import { expect, test } from "vitest";
import { cidr6, formatIP, formatIPv4, formatIPv6, InvalidArgumentError } from "../../lib/index.ts";

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

test("IPv4 addresses from bytes, and from the number of a __be32", () => {
  const address = Uint8Array.of(192, 168, 1, 254);
  expect(formatIPv4(address)).toBe("192.168.1.254");
  expect(formatIPv4(0xc0a801fe)).toBe("192.168.1.254");
  expect(formatIPv4(0)).toBe("0.0.0.0");
});

test("IPv6 addresses are formatted by RFC 5952", () => {
  const cases = {
    "00000000000000000000000000000000": "::",
    "00000000000000000000000000000001": "::1",
    fe800000000000000000000000000001: "fe80::1",
    "20010db8000000010000000000000001": "2001:db8:0:1::1",
    "20010db8000000010001000100010001": "2001:db8:0:1:1:1:1:1",
    "20010db8000000000001000000000001": "2001:db8::1:0:0:1",
    "00000000000000000000ffff0a000001": "::ffff:10.0.0.1",
    "0000000000000000ffff0000000a0001": "::ffff:0:a:1",
  };
  for (const [hex, text] of Object.entries(cases)) {
    expect(formatIPv6(bytes(hex))).toBe(text);
    expect(isIP(text)).toBe(6);
    // The text is parsed again.
    const view = new DataView(new ArrayBuffer(20));
    cidr6.write(view, 0, text);
    expect(Buffer.from(view.buffer).subarray(4).toString("hex")).toBe(hex);
  }
});

test("an address of either family in one field", () => {
  const field = bytes("7f000001000000000000000000000000");
  expect(formatIP(2, field)).toBe("127.0.0.1");
  expect(formatIP(2, field.subarray(0, 4))).toBe("127.0.0.1");
  expect(formatIP(10, field)).toBe("7f00:1::");
  expect(() => formatIP(1, field)).toThrow("expected 2 (AF_INET) or 10 (AF_INET6), received 1");
});

test("a value that is not an address is refused", () => {
  for (const bad of [-1, 2 ** 32, 0.5, "1", new Uint8Array(3), new Uint8Array(16), undefined])
    expect(() => formatIPv4(bad as number)).toThrow(InvalidArgumentError);
  for (const bad of [1, new Uint8Array(4), new Uint8Array(17)])
    expect(() => formatIPv6(bad as Uint8Array)).toThrow(InvalidArgumentError);
});
