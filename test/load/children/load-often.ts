// Loads an object 20 times on the main thread.
import { CollectionSpec } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const spec = CollectionSpec.fromFile(testObject("program_helpers"));
for (let i = 0; i < 20; i++) spec.loadSync().close();
console.log("loaded");
