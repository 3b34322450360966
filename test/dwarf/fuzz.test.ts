// kernels: native
import { expect, test } from "vitest";
import { Dwarf } from "../../lib/dwarf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { compileUnstripped } from "../support/unstripped.ts";

// xorshift32: the same inputs in every run.
function randomBelow(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}

test.each([4, 5])("mutated DWARF %i is read or refused with a typed error in bounded time", (version) => {
  const { bytes, elf } = compileUnstripped("dwarf/locals.c", `-gdwarf-${version}`);
  const sections = elf.sections.filter(({ name, size }) => /^\.(rel)?\.?debug_/.test(name) && size > 0);
  const below = randomBelow(version);
  let refused = 0;
  let slowest = 0;
  for (let round = 0; round < 3000; round++) {
    const mutated = new Uint8Array(bytes);
    for (let i = 0; i <= below(3); i++) {
      const { data } = sections[below(sections.length)] as (typeof sections)[number];
      const at = data.byteOffset - bytes.byteOffset + below(data.length);
      mutated[at] = [0, 1, 0x7f, 0x80, 0xff, below(256)][below(6)] as number;
    }
    const begin = performance.now();
    try {
      void Dwarf.of(new ElfFile(mutated))?.functions;
    } catch (error) {
      expect(error).toBeInstanceOf(EbpfError);
      refused++;
    }
    slowest = Math.max(slowest, performance.now() - begin);
  }
  // Some are refused and some are not: else nothing was mutated, or all of it was nonsense.
  expect(refused).toBeGreaterThan(100);
  expect(refused).toBeLessThan(2900);
  expect(slowest).toBeLessThan(5000);
});
