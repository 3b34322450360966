import { parentPort } from "node:worker_threads";
import { CollectionSpec, type Program } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

// One that holds links, and loads that are under way: the second program takes the verifier a while.
const held = CollectionSpec.fromFile(testObject("program_run")).loadSync();
const link = (held.programs.not_to_be_run as Program).attach();
const spec = CollectionSpec.fromFile(testObject("verifier_reasons"));
const slow = spec.programs.too_complex;
if (slow) slow.autoload = true;
parentPort?.postMessage("loading");
if (process.argv[2] === "sync") {
  for (;;) {
    CollectionSpec.fromFile(testObject("program_run")).loadSync().close();
  }
}
for (;;) {
  await Promise.allSettled([spec.load(), CollectionSpec.fromFile(testObject("program_run")).load()]);
  if (link.closed) break;
}
