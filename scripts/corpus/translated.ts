// Loads the BPF objects of folders, and compares each program's translated instructions as we print them with the text of
// `bpftool prog dump xlated`, line by line. Load the selftests of a kernel in a VM only: some crash some kernels.
//   node --import tsx scripts/corpus/translated.ts FOLDER... [--list]
import { readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Collection, CollectionSpec, EbpfError } from "../../lib/index.ts";
import { linesOfBpftool, linesOfPrint } from "../../test/support/bpftool-text.ts";
import { withoutPins } from "../without-pins.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { list: { type: "boolean", default: false } },
});
if (positionals.length === 0) throw new Error("corpus: expected the folders of the objects");
const files = positionals.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".o"))
    .sort()
    .map((file) => path.join(folder, file)),
);
const counts = { objects: 0, refused: 0, programs: 0, lines: 0, different: 0 };

for (const file of files) {
  let loaded = 0;
  for (using coll of collections(file)) {
    loaded++;
    for (const [name, program] of Object.entries(coll.programs)) {
      const theirs = linesOfBpftool(program, Object.values(coll.maps));
      const ours = linesOfPrint(program.instructions());
      counts.programs++;
      compare(`${path.basename(file)} ${name}`, ours, theirs);
    }
  }
  if (loaded === 0) counts.refused++;
  else counts.objects++;
}
console.log(counts);
process.exitCode = counts.different > 0 || counts.programs === 0 ? 1 : 0;

/** The object as a whole, or, when a program is refused, with each of the others alone. */
function* collections(file: string): Generator<Collection> {
  const open = () => withoutPins(CollectionSpec.fromFile(file));
  const whole = attempt(() => open().loadSync());
  if (whole !== undefined) {
    yield whole;
    return;
  }
  const names = attempt(() => Object.keys(open().programs)) ?? [];
  for (const name of names) {
    const one = attempt(() => {
      const spec = open();
      for (const [other, program] of Object.entries(spec.programs)) program.autoload = other === name;
      return spec.loadSync();
    });
    if (one !== undefined) yield one;
  }
}

function attempt<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch (error) {
    if (error instanceof EbpfError) return undefined;
    throw error;
  }
}

function compare(what: string, ours: readonly string[], theirs: readonly string[]): void {
  counts.lines += theirs.length;
  let different = Math.abs(ours.length - theirs.length);
  for (const [i, line] of theirs.entries()) {
    if (i >= ours.length || ours[i] === line) continue;
    different++;
    if (values.list) console.log(`${what}: ${ours[i]} | ${line}`);
  }
  if (ours.length !== theirs.length)
    console.log(`${what}: ${ours.length} lines, bpftool has ${theirs.length}`);
  counts.different += different;
}
