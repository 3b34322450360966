// Types that multiply: small as BTF, without bound as code or as values.
import { expect, test } from "vitest";
import { BtfBuilder, type TypeId } from "../../lib/btf/index.ts";
import { codecOf, EbpfError } from "../../lib/index.ts";

function nested(kind: "struct" | "union", levels: number, width: number, size: number): () => unknown {
  const builder = new BtfBuilder();
  const u32 = builder.add({ kind: "int", name: "u32", size: 4 });
  let id: TypeId = builder.add({
    kind: "struct",
    name: "leaf",
    size,
    members: size === 0 ? [] : [{ name: "value", type: u32, bitOffset: 0 }],
  });
  for (let level = 0; level < levels; level++) {
    const type = id;
    const members = Array.from({ length: width }, (_, i) => ({ name: `m${i}`, type, bitOffset: 0 }));
    id = builder.add({ kind, name: `level${level}`, size, members });
  }
  const btf = builder.build();
  return () => codecOf(btf, id);
}

const types: [what: string, make: () => unknown][] = [
  ["60 levels of two structs without a size", nested("struct", 60, 2, 0)],
  ["26 levels of two named unions", nested("union", 26, 2, 4)],
  ["5 levels of 60 named unions", nested("union", 5, 60, 4)],
  ["10,000 levels of one struct", nested("struct", 10_000, 1, 4)],
];

for (const [what, make] of types) {
  test(`${what}: a codec or a typed error, within a second`, () => {
    const begin = process.cpuUsage();
    try {
      make();
    } catch (error) {
      expect(error).toBeInstanceOf(EbpfError);
    }
    const { user, system } = process.cpuUsage(begin);
    expect(user + system).toBeLessThan(1_000_000);
  });
}
