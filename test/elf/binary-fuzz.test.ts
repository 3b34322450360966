import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ElfFile, ElfFunctions, soname, usdtProbes } from "../../lib/elf/index.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { mutate } from "../spec/mutate.ts";
import { compileC, tickWithProbe } from "../support/compile-c.ts";
import { Random } from "../support/random.ts";
import { binaryRegions } from "./binary-regions.ts";

// By hand: EBPF_FUZZ=100000 EBPF_FUZZ_SEED=1 npx vitest run test/elf/binary-fuzz.test.ts
const inputs = Number(process.env.EBPF_FUZZ ?? 1000);
const firstSeed = Number(process.env.EBPF_FUZZ_SEED ?? 1);

test(`${inputs} mutated binaries are read or refused, from seed ${firstSeed}`, {
  timeout: 60_000 + inputs * 10,
}, () => {
  using program = compileC(`${tickWithProbe}\nint main(void) { tick(1); return 0; }`);
  const originals = [program.path, "/bin/true", "/lib/x86_64-linux-gnu/libm.so.6"]
    .flatMap((path) => {
      try {
        return [readFileSync(path)];
      } catch {
        return [];
      }
    })
    .map((bytes) => ({ bytes, regions: binaryRegions(bytes) }));
  let read = 0;
  for (let seed = firstSeed; seed < firstSeed + inputs; seed++) {
    const random = new Random(seed);
    const { bytes, regions } = random.pick(originals);
    const mutated = mutate(bytes, regions, random);
    try {
      const elf = new ElfFile(mutated);
      soname(elf);
      usdtProbes(elf);
      const functions = new ElfFunctions(elf);
      functions.names();
      functions.named("tick");
      functions.select((name) => name.startsWith("m"));
      read++;
    } catch (error) {
      if (!(error instanceof EbpfError)) throw new Error(`seed ${seed}`, { cause: error });
    }
  }
  // If all were refused at the door, nothing behind it was tested.
  expect(read).toBeGreaterThan(inputs / 10);
});
