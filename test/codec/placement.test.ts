import { expect, test } from "vitest";
import { BtfBuilder, type TypeId } from "../../lib/btf/index.ts";
import { BtfError, codecOf } from "../../lib/index.ts";
import { Random } from "../support/random.ts";

function unnamedMember(kind: "struct" | "union", bitOffset: number, size: number) {
  const builder = new BtfBuilder();
  const u32 = builder.add({ kind: "int", name: "u32", size: 4 });
  const inner = builder.add({ kind, name: "", size, members: [{ name: "inner", type: u32, bitOffset: 0 }] });
  const members = [{ name: "", type: inner, bitOffset }];
  const id = builder.add({ kind: "struct", name: "outer", size: 8, members });
  return () => codecOf(builder.build(), id);
}

const outside = [
  [64, 4],
  [32, 8],
  [40, 4],
  [4, 4],
] as const;

for (const kind of ["struct", "union"] as const) {
  test(`an unnamed ${kind} that lies outside of the struct around it is refused`, () => {
    expect(unnamedMember(kind, 32, 4)().size).toBe(8);
    for (const [bitOffset, size] of outside) {
      const make = unnamedMember(kind, bitOffset, size);
      expect(make).toThrow(BtfError);
      expect(make).toThrow("an unnamed member of struct outer lies outside of it");
    }
  });
}

test("of random structs in structs, those that have a codec are read and written inside of their bytes", () => {
  const random = new Random(17);
  let made = 0;
  for (let i = 0; i < 500; i++) {
    const { builder, id } = randomStruct(random);
    let codec: ReturnType<typeof codecOf>;
    try {
      codec = codecOf(builder.build(), id);
    } catch (error) {
      expect(error).toBeInstanceOf(BtfError);
      continue;
    }
    made++;
    const bytes = new Uint8Array(codec.size + 64).fill(0xa5);
    const exact = new DataView(new ArrayBuffer(codec.size));
    const value = codec.read(exact, 0);
    codec.write(new DataView(bytes.buffer), 32, value);
    expect(bytes.subarray(0, 32)).toEqual(new Uint8Array(32).fill(0xa5));
    expect(bytes.subarray(codec.size + 32)).toEqual(new Uint8Array(32).fill(0xa5));
  }
  expect(made).toBeGreaterThan(100);
});

/** Structs and unions, half of them without a name, at offsets and of sizes that are sometimes wrong. */
function randomStruct(random: Random): { builder: BtfBuilder; id: TypeId } {
  const builder = new BtfBuilder();
  const types = [1, 2, 4, 8].map((size) => ({
    id: builder.add({ kind: "int", name: `u${size * 8}`, size }),
    size,
    unnamed: false,
  }));
  const last = () => types.at(-1) as (typeof types)[number];
  for (let i = 0; i < 4; i++) {
    let end = 0;
    const members = Array.from({ length: 1 + random.below(3) }, (_, index) => {
      const type = random.pick(types);
      const at = end + (random.below(12) === 0 ? random.below(16) - 4 : 0);
      end = Math.max(at, 0) + type.size;
      const name = type.unnamed ? "" : `m${i}${index}`;
      return { name, type: type.id, bitOffset: Math.max(at, 0) * 8 };
    });
    const size = Math.max(0, end + (random.below(8) === 0 ? random.below(9) - 4 : 0));
    const unnamed = i < 3 && random.below(2) === 0;
    const kind = random.pick(["struct", "union"] as const);
    types.push({
      id: builder.add({ kind, name: unnamed ? "" : `s${i}`, size, members }),
      size,
      unnamed,
    });
  }
  return { builder, id: last().id };
}
