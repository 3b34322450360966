// Loads each object of argv, opens and links it, and prints how it ended as JSON lines.
import { readFileSync } from "node:fs";
import { CollectionSpec, EbpfError } from "../../../lib/index.ts";
import { native } from "../../../lib/native/addon.ts";
import { withoutPins } from "../../without-pins.ts";

for (const file of process.argv.slice(2)) {
  console.log(JSON.stringify({ file, begins: true }));
  let outcome = "loaded";
  try {
    native().objectInspect(readFileSync(file));
  } catch {
    outcome = "refused by libbpf";
  }
  try {
    load(file);
  } catch (error) {
    outcome = error instanceof EbpfError ? error.code : `untyped: ${error}`;
  }
  console.log(JSON.stringify({ file, outcome }));
}

// A function of its own: esbuild, which tsx runs, keeps the error of a block with "using" for the next round of a loop.
function load(file: string): void {
  using coll = withoutPins(CollectionSpec.fromFile(file)).loadSync();
  for (const map of Object.values(coll.maps)) void map?.info();
  for (const program of Object.values(coll.programs)) void program?.info();
}
