// What loading an object and attaching all its programs costs here and through libbpf in C, in turns. Closing is not
// counted, since the kernel spends it waiting. The best round of each counts.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface } from "node:readline";
import { CollectionSpec } from "../../lib/index.ts";
import { objectOf } from "../build/bpf.ts";
import { root } from "../root.ts";
import { compileAgainstLibbpf } from "./compile.ts";
import type { Row } from "./report.ts";

const ROUNDS = 5;
// In each round, as often as the C program: what comes first after the other one had its turn pays for cold caches.
const TIMES = 20;
// As often as it takes until JavaScript is compiled, as it is in a program that has run for a while.
const WARM_UP = 3000;

const objects = {
  "load and attach a counter": "bpf-examples/counter/counter.bpf.c",
  "load and attach a tracer with CO-RE": "scripts/bench/tracer.bpf.c",
};

/** Nanoseconds. */
function loadAndAttach(file: string): number {
  const start = process.hrtime.bigint();
  using collection = CollectionSpec.fromFile(file).loadSync();
  collection.attach();
  return Number(process.hrtime.bigint() - start);
}

async function compare(what: string, file: string): Promise<Row> {
  const c = spawn(compileAgainstLibbpf("load"), [file], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(c.stdout)[Symbol.asyncIterator]();
  const row = { what, ours: Number.POSITIVE_INFINITY, theirs: Number.POSITIVE_INFINITY, limit: 1.15 };
  for (let round = 0; round < WARM_UP; round++) CollectionSpec.fromFile(file);
  for (let round = 0; round < ROUNDS; round++) {
    c.stdin.write("\n");
    row.theirs = Math.min(row.theirs, Number((await lines.next()).value));
    for (let i = 0; i < TIMES; i++) row.ours = Math.min(row.ours, loadAndAttach(file));
  }
  c.stdin.end();
  await once(c, "exit");
  return row;
}

export async function benchLoad(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [what, source] of Object.entries(objects))
    rows.push(await compare(what, path.join(root, objectOf(source))));
  return rows;
}
