import { expect, test } from "vitest";
import { BtfBuilder } from "../../lib/btf/index.ts";
import { be16, codecOf, struct } from "../../lib/index.ts";

function made(littleEndian: boolean) {
  const builder = new BtfBuilder({ littleEndian });
  const u16 = builder.add({ kind: "int", name: "unsigned short", size: 2 });
  const short = builder.add({ kind: "typedef", name: "__u16", type: u16 });
  const be = builder.add({ kind: "typedef", name: "__be16", type: short });
  const port = builder.add({
    kind: "const",
    type: builder.add({ kind: "typedef", name: "port_t", type: be }),
  });
  const u32 = builder.add({ kind: "int", name: "unsigned int", size: 4 });
  const wrong = builder.add({ kind: "typedef", name: "__be16", type: u32 });
  const pointer = builder.add({ kind: "ptr", type: be });
  const id = builder.add({
    kind: "struct",
    name: "packet",
    size: 24,
    members: [
      { name: "port", type: port, bitOffset: 0 },
      { name: "ports", type: builder.add({ kind: "array", type: port, length: 2 }), bitOffset: 16 },
      { name: "low", type: be, bitOffset: 48, bitfieldSize: 4 },
      { name: "wide", type: wrong, bitOffset: 64 },
      { name: "at", type: pointer, bitOffset: 128 },
    ],
  });
  return codecOf(builder.build(), id);
}

test("__be16 is big-endian in objects of both orders, through typedefs and qualifiers, and in arrays", () => {
  for (const littleEndian of [true, false]) {
    const codec = made(littleEndian);
    const view = new DataView(new ArrayBuffer(24));
    const value = { port: 443, ports: [80, 8080], low: 5, wide: 0x01020304, at: 0x0102030405060708n };
    codec.write(view, 0, value);
    expect(view.getUint16(0, false)).toBe(443);
    expect(view.getUint16(4, false)).toBe(8080);
    // Not the bits of a bitfield, a typedef of another size, or the pointer to such a number.
    expect(view.getUint8(6)).toBe(littleEndian ? 5 : 0x50);
    expect(view.getUint32(8, littleEndian)).toBe(0x01020304);
    expect(view.getBigUint64(16, littleEndian)).toBe(0x0102030405060708n);
    expect(codec.read(view, 0)).toEqual(value);
    expect(() => codec.write(view, 0, { ...value, port: 65536 })).toThrow("packet.port: expected 0 to 65535");
  }
});

test("descriptions and codecs can state the byte order", () => {
  const codec = struct({ port: "be16", ports: "be16[2]", at: "be32", time: "be64", id: "le32" });
  const view = new DataView(new ArrayBuffer(codec.size));
  const value = { port: 1, ports: [2, 3], at: 4, time: 5n, id: 6 };
  codec.write(view, 0, value);
  expect([...new Uint8Array(view.buffer)].join(" ")).toBe(
    "0 1 0 2 0 3 0 0 0 0 0 4 0 0 0 0 0 0 0 0 0 0 0 5 6 0 0 0 0 0 0 0",
  );
  expect(codec.read(view, 0)).toEqual(value);
  be16.write(view, 0, 0x1234);
  expect(view.getUint8(0)).toBe(0x12);
});
