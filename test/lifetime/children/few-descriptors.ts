// Loads with 0, 1, 2, … file descriptors left, and says each error's class and errno; then once with all of them.
import { closeSync, openSync } from "node:fs";
import { BpfMap, CollectionSpec, type EbpfError } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

// The addon is a file too.
BpfMap.create({ type: "array", key: "u32", value: "u32", maxEntries: 1 }).close();
const spec = CollectionSpec.fromFile(testObject("program_helpers"));

function load(): string {
  try {
    spec.loadSync().close();
    return "loaded";
  } catch (error) {
    const { name, errnoName, remedy } = error as EbpfError;
    return `${name} ${errnoName}: ${remedy}`;
  }
}

const outcomes: string[] = [];
for (let left = 0; left <= 30; left++) {
  const held: number[] = [];
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch {
    for (const fd of held.splice(0, left)) closeSync(fd);
  }
  outcomes.push(load());
  for (const fd of held) closeSync(fd);
}
console.log(JSON.stringify({ outcomes, after: load() }));
