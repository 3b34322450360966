// Loads, opens and links mutated objects natively: argv is the first seed and the seconds. Writes the seed before each.
import { readFileSync } from "node:fs";
import { CollectionSpec, EbpfError, linkObjects } from "../../../../lib/index.ts";
import { native } from "../../../../lib/native/addon.ts";
import { mutate, structureOf } from "../../../../test/spec/mutate.ts";
import { builtObjects } from "../../../../test/support/objects.ts";
import { Random } from "../../../../test/support/random.ts";
import { withoutPins } from "../../../without-pins.ts";

const [first = "1", seconds = "10"] = process.argv.slice(2);
const originals = builtObjects()
  .filter((file) => !/big_endian|freplace|struct_ops|lsm|fentry/.test(file))
  .map((file) => ({ file, bytes: readFileSync(file) }))
  .filter(({ bytes }) => bytes.length < 40_000)
  .map(({ file, bytes }) => ({ file, bytes, regions: structureOf(bytes) }));
const end = performance.now() + Number(seconds) * 1000;
const counts = { loaded: 0, refused: 0, linked: 0, "not linked": 0 };
let slowest = 0;

function attempt(work: () => unknown, good: keyof typeof counts, bad: keyof typeof counts): void {
  try {
    work();
    counts[good]++;
  } catch (error) {
    if (!(error instanceof EbpfError)) throw error;
    void error.message;
    counts[bad]++;
  }
}

/** libbpf alone, of what the package's readers let through: it reads outside of some that they refuse. */
function inspect(object: Uint8Array): void {
  try {
    CollectionSpec.fromBytes(object);
    native().objectInspect(object);
  } catch (error) {
    if (!(error instanceof EbpfError) && typeof (error as { errno?: unknown }).errno !== "number")
      throw error;
  }
}

let seed = Number(first);
for (; performance.now() < end; seed++) {
  console.log(JSON.stringify({ seed }));
  const random = new Random(seed);
  const { bytes, regions } = random.pick(originals);
  const mutated = mutate(bytes, regions, random);
  const begin = performance.now();
  inspect(mutated);
  attempt(() => withoutPins(CollectionSpec.fromBytes(mutated)).loadSync().close(), "loaded", "refused");
  if (seed % 8 === 0) {
    const other = random.pick(originals);
    attempt(() => linkObjects([mutated, mutate(other.bytes, other.regions, random)]), "linked", "not linked");
  }
  slowest = Math.max(slowest, performance.now() - begin);
}
console.log(JSON.stringify({ done: true, counts, slowest }));
