// Loads and attaches, prints the IDs of its programs and maps, and ends or waits, as the argument selects.
import { CollectionSpec, type Program } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const coll = CollectionSpec.fromFile(testObject("program_run")).loadSync();
const program = coll.programs.not_to_be_run as Program;
const link = program.attach();
const { id } = program.info();
console.log(JSON.stringify({ program: id, map: coll.programs.swap_first_two?.info().mapIds[0] }));

// Keeps its values reachable until the end.
setInterval(() => [coll, link], 1000);
const how = process.argv[2];
process.stdin.on("end", () => {
  if (how === "exit") process.exit(0);
  if (how === "throw") throw new Error("uncaught, on purpose");
});
process.stdin.resume();
