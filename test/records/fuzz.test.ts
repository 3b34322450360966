// kernels: native
import { expect, test } from "vitest";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { Random } from "../support/random.ts";
import { compileUnstripped } from "../support/unstripped.ts";

test.each(["records/ways.c", "records/kinds.c"])(
  "mutated objects of %s have records or a typed error, in bounded time",
  (source) => {
    const { bytes, elf } = compileUnstripped(source);
    const sections = elf.sections.filter(
      ({ data, name }) => data.length > 0 && !name.startsWith(".debug_str"),
    );
    const random = new Random(14);
    const begin = performance.now();
    let slowest = 0;
    let refused = 0;
    let found = 0;
    let rounds = 0;
    // Some are refused and some are not: else nothing was mutated, or all of it was nonsense.
    const isDone = (): boolean => performance.now() - begin >= 1500 && refused > 0 && found > 0;
    for (; rounds < 1500 && !isDone(); rounds++) {
      const mutated = new Uint8Array(bytes);
      for (let i = 0; i <= random.below(4); i++) {
        const { data } = random.pick(sections);
        const at = data.byteOffset - bytes.byteOffset + random.below(data.length);
        mutated[at] = random.pick([0, 1, 5, 0x7f, 0x80, 0x85, 0xff, random.below(256)]);
      }
      const start = performance.now();
      try {
        const { records, maps } = ObjectSpec.fromBytes<ObjectSpec>(mutated);
        for (const name of Object.keys(records)) void maps[name]?.recordCodecs;
        for (const name of Object.keys(records)) void maps[name]?.recordCodec;
        if (Object.keys(records).length > 0) found++;
      } catch (error) {
        expect(error).toBeInstanceOf(EbpfError);
        refused++;
      }
      slowest = Math.max(slowest, performance.now() - start);
    }
    expect(refused).toBeGreaterThan(0);
    expect(found).toBeGreaterThan(0);
    expect(slowest).toBeLessThan(3000);
  },
);
