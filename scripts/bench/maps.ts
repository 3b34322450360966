// The cost of map operations here and through libbpf in C, in turns, so that other load affects both equally. The best
// round of each counts. `npm run bench`, as root.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Map as BpfMap } from "../../lib/index.ts";
import { compileAgainstLibbpf } from "./compile.ts";
import type { Row } from "./report.ts";

const ROUNDS = 100;
const ENTRIES = 10_000;
const SLICE = 1000;

/** Nanoseconds per entry. */
function time(operation: () => void, entries = ENTRIES): number {
  const start = process.hrtime.bigint();
  operation();
  return Number(process.hrtime.bigint() - start) / entries;
}

/** Those of the best thousand entries, as the C program does it. */
function bestSlice(operation: (from: number, to: number) => void): number {
  let best = Number.POSITIVE_INFINITY;
  for (let from = 0; from < ENTRIES; from += SLICE) {
    best = Math.min(
      best,
      time(() => operation(from, from + SLICE), SLICE),
    );
  }
  return best;
}

function check(good: boolean): void {
  if (!good) throw new Error("the map does not hold what was stored");
}

export async function benchMaps(): Promise<Row[]> {
  const c = spawn(compileAgainstLibbpf("maps"), { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface(c.stdout)[Symbol.asyncIterator]();
  using map = BpfMap.create({ type: "hash", key: "u32", value: "u64", maxEntries: 2 * ENTRIES });
  using array = BpfMap.create({ type: "array", value: "u64", maxEntries: ENTRIES, flags: ["mmapable"] });
  const memory = array.memory();
  const keys = new Uint32Array(2 * ENTRIES);
  const values = new BigUint64Array(2 * ENTRIES);
  const best: Record<string, number> = {};
  const keep = (name: string, cost: number) => {
    best[name] = Math.min(best[name] ?? Number.POSITIVE_INFINITY, cost);
  };
  for (let round = 0; round < ROUNDS; round++) {
    c.stdin.write("\n");
    const [lookup, update, remove, batch] = String((await lines.next()).value)
      .split(" ")
      .map(Number);
    Object.entries({ lookup, update, remove, batch }).forEach(([name, cost]) => {
      keep(`c ${name}`, cost as number);
    });
    keep(
      "update",
      bestSlice((from, to) => {
        for (let key = from; key < to; key++) map.set(key, 7n);
      }),
    );
    keep(
      "lookup",
      bestSlice((from, to) => {
        let found = 0;
        for (let key = from; key < to; key++) if (map.get(key) === 7n) found++;
        check(found === SLICE);
      }),
    );
    keep(
      "batch",
      time(() => check(map.batch.lookupInto(keys, values) === ENTRIES)),
    );
    keep(
      "iterate",
      time(() => {
        let count = 0;
        for (const [key, value] of map) if (key >= 0 && value === 7n) count++;
        check(count === ENTRIES);
      }),
    );
    keep(
      "remove",
      bestSlice((from, to) => {
        for (let key = from; key < to; key++) map.delete(key);
      }),
    );
    keep(
      "memory",
      time(() => {
        let zeros = 0;
        for (let index = 0; index < ENTRIES; index++) if (memory.get(index) === 0n) zeros++;
        check(zeros === ENTRIES);
      }),
    );
    const numbers = memory.as(BigUint64Array);
    keep(
      "typed array",
      time(() => {
        let zeros = 0;
        for (let index = 0; index < ENTRIES; index++) if (numbers[index] === 0n) zeros++;
        check(zeros === ENTRIES);
      }),
    );
  }
  c.stdin.end();
  await once(c, "exit");
  const cost = (name: string) => best[name] as number;
  return [
    { what: "lookup", ours: cost("lookup"), theirs: cost("c lookup"), limit: 1.15 },
    { what: "update", ours: cost("update"), theirs: cost("c update"), limit: 1.15 },
    { what: "delete", ours: cost("remove"), theirs: cost("c remove"), limit: 1.15 },
    { what: "10,000 entries into typed arrays", ours: cost("batch"), theirs: cost("c batch"), limit: 1.1 },
    { what: "iterate 10,000 entries (C: batch)", ours: cost("iterate"), theirs: cost("c batch"), limit: 1.5 },
    { what: "mmap-ed element, get", ours: cost("memory"), theirs: undefined, limit: 15 },
    { what: "mmap-ed element, typed array", ours: cost("typed array"), theirs: undefined, limit: 15 },
  ];
}
