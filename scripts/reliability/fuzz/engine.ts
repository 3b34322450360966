import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EbpfError } from "../../../lib/errors/index.ts";
import { Random } from "../../../test/support/random.ts";
import { folder } from "../command.ts";
import type { Coverage } from "./coverage.ts";
import type { Target } from "./target.ts";

export interface Outcome {
  inputs: number;
  refused: number;
  /** Batches that ran code which no earlier one ran. */
  kept: number;
  blocks: number;
  slowest: number;
  /** The slowest input, in .build/reliability/fuzz-slowest. */
  slowestInput: Uint8Array | undefined;
  faults: string[];
}

/** Inputs that once were faults: each run begins with them. Name the file after the fault. */
const regressions = path.join(import.meta.dirname, "regressions");

/** When a target has had enough. */
export interface Bound {
  isOver(): boolean;
  readonly inputs: number;
}

/**
 * Feeds a target until it is time, or the target had its inputs. Batches of inputs that run new code are kept and mutated further. Coverage is asked
 * for once in a batch, since asking costs more than an input.
 */
export function fuzz(target: Target, coverage: Coverage, seed: number, bound: Bound): Outcome {
  const outcome: Outcome = {
    inputs: 0,
    refused: 0,
    kept: 0,
    blocks: 0,
    slowest: 0,
    slowestInput: undefined,
    faults: [],
  };
  const corpus = [...target.seeds, ...filesIn(path.join(folder, "corpus", target.name))];
  const random = new Random(seed);
  for (const input of [...filesIn(path.join(regressions, target.name)), ...corpus])
    feed(target, input, outcome);
  coverage.take();
  while (!bound.isOver() && outcome.inputs < bound.inputs && outcome.faults.length < 10) {
    const inputs = Array.from({ length: target.batch ?? 8 }, () =>
      target.mutate(random.pick(corpus), random),
    );
    const read = inputs.filter((input) => feed(target, input, outcome));
    if (coverage.take() === 0) continue;
    outcome.kept++;
    for (const input of target.keepsRefused === false ? read : inputs) {
      corpus.push(input);
      keep(path.join(folder, "corpus", target.name), input);
    }
  }
  outcome.blocks = coverage.size;
  if (outcome.slowestInput !== undefined)
    keep(path.join(folder, "fuzz-slowest", target.name), outcome.slowestInput);
  return outcome;
}

/** Returns whether the target read the input. */
function feed(target: Target, input: Uint8Array, outcome: Outcome): boolean {
  outcome.inputs++;
  const { refused } = outcome;
  // Of the processor, since a busy machine makes any input slow.
  const begin = process.cpuUsage();
  let problem: string | undefined;
  try {
    target.read(input);
  } catch (error) {
    if (error instanceof EbpfError) outcome.refused++;
    else problem = `untyped error: ${(error as Error).stack ?? error}`;
  }
  const { user, system } = process.cpuUsage(begin);
  const ms = (user + system) / 1000;
  if (ms > outcome.slowest) {
    outcome.slowest = ms;
    outcome.slowestInput = input;
  }
  if (ms > (target.limit ?? 5000)) problem = `took ${Math.round(ms)} ms`;
  if (problem === undefined) return outcome.refused === refused;
  const file = keep(path.join(folder, "fuzz-faults", target.name), input);
  outcome.faults.push(`${target.name}: ${problem}\n  input: ${file}`);
  return false;
}

function filesIn(directory: string): Uint8Array[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .sort()
    .map((file) => readFileSync(path.join(directory, file)));
}

function keep(directory: string, input: Uint8Array): string {
  mkdirSync(directory, { recursive: true });
  const file = path.join(directory, createHash("sha256").update(input).digest("hex").slice(0, 16));
  writeFileSync(file, input);
  return file;
}
