import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { builtObjects } from "../support/objects.ts";
import { Random } from "../support/random.ts";
import { mutate, structureOf } from "./mutate.ts";

// By hand: EBPF_FUZZ=100000 EBPF_FUZZ_SEED=1 npx vitest run test/spec/fuzz.test.ts
const inputs = Number(process.env.EBPF_FUZZ ?? 4000);
const firstSeed = Number(process.env.EBPF_FUZZ_SEED ?? 1);

// A seed means the same as long as these objects stay the same.
const originals = builtObjects()
  .filter((path) => path.includes("/spec/"))
  .map((path) => readFileSync(path))
  .filter((object) => object.length < 32_768)
  .map((object) => ({ object, regions: structureOf(object) }));

/** Reads all that a spec offers. */
function readAll(spec: ObjectSpec): void {
  for (const map of Object.values(spec.maps)) {
    attempt(() => map.keyCodec);
    attempt(() => map.valueCodec);
    attempt(() => map.contents);
  }
  for (const variable of Object.values(spec.variables)) {
    // A section of zeros takes no room in the file: reading a gigabyte is what was asked for, and not worth testing.
    if (variable.size > 65_536) continue;
    attempt(() => {
      const { value } = variable;
      variable.value = value;
    });
  }
  for (let id = 0; spec.btf !== undefined && id < spec.btf.typeCount; id++) {
    const { btf } = spec;
    attempt(() => btf.type(id));
    attempt(() => btf.sizeof(id));
    attempt(() => btf.resolve(id));
    attempt(() => btf.declTags(id));
  }
  attempt(() => spec.copy().edits());
}

/** Whatever is wrong may be said by an error of ours, and by no other. */
function attempt(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
  }
}

test(`${inputs} mutated objects are read or refused, from seed ${firstSeed}`, {
  timeout: 60_000 + inputs * 10,
}, () => {
  let read = 0;
  let slowest = { ms: 0, seed: 0 };
  for (let seed = firstSeed; seed < firstSeed + inputs; seed++) {
    const random = new Random(seed);
    const { object, regions } = random.pick(originals);
    const mutated = mutate(object, regions, random);
    const start = performance.now();
    try {
      attempt(() => {
        const spec = ObjectSpec.fromBytes(mutated);
        read++;
        readAll(spec);
      });
    } catch (cause) {
      throw new Error(`seed ${seed}`, { cause });
    }
    const ms = performance.now() - start;
    if (ms > slowest.ms) slowest = { ms, seed };
  }
  if (process.env.EBPF_FUZZ)
    console.log(`${read} of ${inputs} read, slowest ${slowest.ms} ms, seed ${slowest.seed}`);
  // If all were refused at the door, nothing behind it was tested.
  expect(read).toBeGreaterThan(inputs / 10);
});
