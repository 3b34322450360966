import { readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { describeObject } from "../../lib/codegen/describe-object.ts";
import { generate } from "../../lib/codegen/generate.ts";
import { strip } from "../../lib/codegen/strip.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { mutate, structureOf } from "../spec/mutate.ts";
import { builtObjects } from "../support/objects.ts";
import { Random } from "../support/random.ts";

// By hand: EBPF_FUZZ=100000 EBPF_FUZZ_SEED=1 npx vitest run test/codegen/fuzz.test.ts
const inputs = Number(process.env.EBPF_FUZZ ?? 2000);
const firstSeed = Number(process.env.EBPF_FUZZ_SEED ?? 1);

// A seed means the same as long as these objects stay the same.
const originals = builtObjects()
  .filter((path) => path.includes("/codegen/"))
  .map((path) => readFileSync(path))
  .map((object) => ({ object, regions: structureOf(object) }));

/** All that bpf2ts does with an object. */
function generateAll(object: Uint8Array, js: boolean): string {
  const spec = ObjectSpec.fromBytes<ObjectSpec>(strip(object), { name: "fuzz" });
  JSON.stringify(describeObject(spec));
  const { files } = generate(spec, {
    stem: "fuzz.bpf",
    prefix: "Fuzz",
    source: "fuzz.bpf.o",
    types: [],
    globalTypes: true,
    object: "file",
    js,
  });
  return String(files[0]?.contents);
}

function syntaxErrors(text: string, js: boolean): string[] {
  const { diagnostics } = ts.transpileModule(text, {
    fileName: js ? "fuzz.js" : "fuzz.ts",
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, allowJs: true },
  });
  return (diagnostics ?? []).map((d) => ts.flattenDiagnosticMessageText(d.messageText, "\n"));
}

test(`each of ${inputs} mutated objects gives a loader or a typed error, from seed ${firstSeed}`, {
  timeout: 60_000 + inputs * 20,
}, () => {
  let made = 0;
  let slowest = { ms: 0, seed: 0 };
  for (let seed = firstSeed; seed < firstSeed + inputs; seed++) {
    const random = new Random(seed);
    const { object, regions } = random.pick(originals);
    const mutated = mutate(object, regions, random);
    const js = seed % 2 === 0;
    const start = performance.now();
    let text: string | undefined;
    try {
      text = generateAll(mutated, js);
      made++;
    } catch (error) {
      if (!(error instanceof EbpfError)) throw new Error(`seed ${seed}`, { cause: error });
    }
    const ms = performance.now() - start;
    if (ms > slowest.ms) slowest = { ms, seed };
    // Names may be any bytes by now.
    if (text !== undefined && seed % 5 === 0) expect(syntaxErrors(text, js), `seed ${seed}`).toEqual([]);
  }
  if (process.env.EBPF_FUZZ)
    console.log(`${made} of ${inputs} made, slowest ${slowest.ms} ms, seed ${slowest.seed}`);
  // If all were refused at the door, nothing behind it was tested.
  expect(made).toBeGreaterThan(inputs / 10);
});
