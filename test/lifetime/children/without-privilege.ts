// Tries as a user without privileges what takes some, and says the errors.
import { CollectionSpec, enableStats, features, Program } from "../../../lib/index.ts";
import { testObject } from "../../support/objects.ts";

const spec = CollectionSpec.fromFile(testObject("program_run"));
const held = spec.loadSync();
const xdp = held.programs.swap_first_two as Program<"xdp">;
const { id } = xdp.info();

if (process.argv[2] === "nobody") {
  process.setgroups?.([]);
  process.setgid?.(65_534);
  process.setuid?.(65_534);
}

const errors: Record<string, unknown> = {};
async function attempt(name: string, call: () => unknown): Promise<void> {
  try {
    await call();
    errors[name] = "no error";
  } catch (error) {
    const { code, errnoName, remedy } = error as { code: string; errnoName: string; remedy: string };
    errors[name] = { code, errnoName, remedy };
  }
}

await attempt("load", () => spec.load());
await attempt("loadSync", () => spec.loadSync());
await attempt("fromId", () => Program.fromId(id));
await attempt("ids", () => [...Program.ids()]);
await attempt("enableStats", () => enableStats());
await attempt("features", () => features.programType("xdp"));
await attempt("translated", () => xdp.translated());
await attempt("jited", () => xdp.jited());
console.log(JSON.stringify(errors));
