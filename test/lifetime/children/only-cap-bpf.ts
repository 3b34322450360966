// Loads with CAP_BPF as the only capability, and prints the error.
import { CollectionSpec } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const spec = CollectionSpec.fromFile(testObject("program_run"));
for (const program of Object.values(spec.programs)) program.autoload = program.name === process.argv[2];
const error = await spec.load().catch((cause: unknown) => cause);
const { code, remedy } = error as { code?: string; remedy?: string };
console.log(JSON.stringify({ code, remedy }));
