// What loading an object and attaching all its programs costs here and through libbpf in C, in turns; and what it costs
// a bare function of an addon, which has no JavaScript to run. Closing is not counted, since the kernel spends it
// waiting. It is the published bundle that is measured.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { loadCounterSync } from "../../bpf-examples/counter/counter.bpf.ts";
import type { Collection } from "../../lib/index.ts";
import { objectOf } from "../build/bpf.ts";
import { root } from "../root.ts";
import { compileAddonAgainstLibbpf, compileAgainstLibbpf } from "./compile.ts";
import type { Row } from "./report.ts";

const ROUNDS = 30;
// Milliseconds. Attaching directly after detaching waits until the kernel has finished detaching.
const PAUSE = 100;
// Repetitions until the JavaScript is compiled, as in a program that has run for a while.
const WARM_UP = 3000;

interface Subject {
  readonly what: string;
  readonly source: string;
  /** Times C, hot. */
  readonly limit: number;
  readonly generated?: { readonly load: () => Collection; readonly limit: number };
}

const entry = path.join(root, "dist/index.js");
const { CollectionSpec } = (await import(entry)) as typeof import("../../lib/index.ts");

const subjects: readonly Subject[] = [
  {
    what: "load and attach a counter",
    source: "bpf-examples/counter/counter.bpf.c",
    limit: 1.4,
    generated: { load: () => loadCounterSync(), limit: 1.25 },
  },
  { what: "load and attach a tracer with CO-RE", source: "scripts/bench/tracer.bpf.c", limit: 1.1 },
];

/** Answers nanoseconds, and leaves nothing behind. */
type Turn = (hot: boolean) => number | Promise<number>;

function ours(load: () => Collection): Turn {
  for (let i = 0; i < WARM_UP / 3; i++) load().close();
  return (hot) => {
    if (hot) load().close();
    const start = process.hrtime.bigint();
    using collection = load();
    collection.attach();
    return Number(process.hrtime.bigint() - start);
  };
}

interface Bare {
  warm(file: string): void;
  load(file: string): void;
  done(): void;
}

function bare(file: string): Turn | undefined {
  const addon = compileAddonAgainstLibbpf("load_bare");
  if (addon === undefined) return undefined;
  const { warm, load, done } = createRequire(import.meta.url)(addon) as Bare;
  return (hot) => {
    if (hot) warm(file);
    const start = process.hrtime.bigint();
    load(file);
    const cost = Number(process.hrtime.bigint() - start);
    done();
    return cost;
  };
}

async function compare({ what, source, limit, generated }: Subject): Promise<Row[]> {
  const file = path.join(root, objectOf(source));
  const c = spawn(compileAgainstLibbpf("load"), [file], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(c.stdout)[Symbol.asyncIterator]();
  const theirs: Turn = async (hot) => {
    c.stdin.write(hot ? "hot\n" : "\n");
    return Number((await lines.next()).value);
  };
  for (let i = 0; i < WARM_UP; i++) CollectionSpec.fromFile(file);
  const takers = [
    theirs,
    ours(() => CollectionSpec.fromFile(file).loadSync()),
    bare(file),
    generated && ours(generated.load),
  ];
  const rows: Row[] = [];
  for (const hot of [true, false]) {
    const costs: number[][] = takers.map(() => []);
    for (let round = 0; round < ROUNDS; round++) {
      for (const [i, take] of takers.entries()) {
        if (take === undefined) continue;
        await setTimeout(PAUSE);
        costs[i]?.push(await take(hot));
      }
    }
    const [inC = Number.NaN, here = Number.NaN, there, byLoader] = costs.map(lowerQuartile);
    const add = (name: string, cost: number | undefined, most: number): void => {
      if (cost !== undefined)
        rows.push({ what: name, ours: cost, theirs: inC, limit: hot ? most : Number.POSITIVE_INFINITY });
    };
    add(hot ? what : `${what}, after a pause`, here, limit);
    if (generated !== undefined) add("    by its generated loader", byLoader, generated.limit);
    add("    by a bare addon", there, Number.POSITIVE_INFINITY);
  }
  c.stdin.end();
  await once(c, "exit");
  return rows;
}

// Not the middle: on a busy machine the kernel is often not done with detaching after the pause.
function lowerQuartile(numbers: number[]): number | undefined {
  return numbers.sort((a, b) => a - b)[numbers.length >> 2];
}

export async function benchLoad(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const subject of subjects) rows.push(...(await compare(subject)));
  return rows;
}
