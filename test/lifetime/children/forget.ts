// Forgets collections without closing them, and says what the garbage collector made of it. Needs --expose-gc.
import { readdirSync, readlinkSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { CollectionSpec } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const warnings: { code: string; message: string }[] = [];
process.on("warning", (warning) => {
  warnings.push({ code: (warning as Error & { code: string }).code, message: warning.message });
});

const spec = CollectionSpec.fromFile(testObject("program_run"));
const bpf = () =>
  readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith("anon_inode:bpf");
    } catch {
      return false;
    }
  }).length;

function forget(): number {
  // Maps and programs have an owner of their own once they are asked for.
  for (let i = 0; i < 3; i++) {
    const { maps, programs } = spec.loadSync();
    Object.values(maps);
    Object.values(programs);
  }
  return bpf();
}

const during = forget();
for (let i = 0; i < 50 && bpf() > 0; i++) {
  await setTimeout(20);
  (globalThis as unknown as { gc(): void }).gc();
}
console.log(JSON.stringify({ during, after: bpf(), warnings }));
