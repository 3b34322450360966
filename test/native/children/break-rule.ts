// Breaks the rule of its argument; the addon is the one that checks them.
import { CollectionSpec } from "../../../lib/index.ts";
import { handleOf } from "../../../lib/live/resource.ts";
import { native } from "../../../lib/native/addon.ts";
import type { Handle } from "../../../lib/native/handle.ts";
import { testObject } from "../../support/objects.ts";

const rule = process.argv[2] as string;
const addon = native() as ReturnType<typeof native> & { breakRule(rule: string, handle: Handle): void };
const coll = CollectionSpec.fromFile(testObject("program_run")).loadSync();
const program = Object.values(coll.programs)[0] as (typeof coll.programs)[string];
const map = { type: 1, name: "", keySize: 4, valueSize: 4, maxEntries: 1 };

function closeWhileUsed(): void {
  const inner = addon.mapCreate(map);
  addon.mapCreate({
    ...map,
    type: 13,
    inner,
    // The call has looked up the inner map when it reads this.
    get btf(): Uint8Array {
      addon.mapClose(inner);
      return new Uint8Array();
    },
  });
}

if (rule === "none") addon.breakRule(rule, program[handleOf]);
else if (rule === "close while used") closeWhileUsed();
else addon.breakRule(rule, rule.startsWith("object") ? coll[handleOf] : program[handleOf]);
console.log("went on");
