import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../root.ts";

/** Where a reliability command keeps its figures and what it found. */
export const folder = path.join(root, ".build", "reliability");

export interface Settings {
  /** How long the command works, apart from building. */
  readonly minutes: number;
  /** The number of inputs of each part. Undefined to work for `minutes`. */
  readonly inputs: number | undefined;
  /** The first seed of random choices. A run with the same seed makes the same choices. */
  readonly seed: number;
  /** A folder of further objects. */
  readonly objects: string | undefined;
  /** The only parts of the command to run, by name. Undefined for all. */
  readonly only: readonly string[] | undefined;
}

/** Reads `--minutes N --inputs N --seed N --objects FOLDER --only NAME,NAME`. */
export function settings(defaultMinutes: number): Settings {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: String(defaultMinutes) },
      inputs: { type: "string" },
      seed: { type: "string", default: "1" },
      objects: { type: "string" },
      only: { type: "string" },
    },
  });
  return {
    minutes: positive("minutes", values.minutes),
    inputs: values.inputs === undefined ? undefined : positive("inputs", values.inputs),
    seed: positive("seed", values.seed),
    objects: values.objects,
    only: values.only?.split(","),
  };
}

function positive(name: string, text: string): number {
  const number = Number(text);
  if (!(number > 0)) {
    console.error(`--${name}: expected a number above 0, received "${text}"`);
    process.exit(2);
  }
  return number;
}

/** A moment from now on, to be asked whether it has come. */
export function deadline(minutes: number): () => boolean {
  const end = performance.now() + minutes * 60_000;
  return () => performance.now() >= end;
}

export type Figure = string | number | boolean;

/** Collects the figures and the faults of a run, prints both, and sets the exit code. */
export class Report {
  readonly #name: string;
  readonly #figures: Record<string, Figure> = {};
  readonly #faults: string[] = [];
  readonly #begin = performance.now();

  constructor(name: string) {
    this.#name = name;
  }

  /** Prints one figure. */
  figure(what: string, value: Figure): void {
    this.#figures[what] = value;
    console.log(`${this.#name}: ${what}: ${typeof value === "number" ? value.toLocaleString("en") : value}`);
  }

  /** Prints a fault. The run fails. */
  fault(text: string): void {
    this.#faults.push(text);
    console.error(`${this.#name}: FAULT: ${text}`);
  }

  /** Writes .build/reliability/NAME.json, and sets the exit code to 1 if there was a fault. */
  end(): void {
    this.figure("seconds", Math.round((performance.now() - this.#begin) / 1000));
    mkdirSync(folder, { recursive: true });
    const text = JSON.stringify({ figures: this.#figures, faults: this.#faults }, undefined, 2);
    writeFileSync(path.join(folder, `${this.#name}.json`), `${text}\n`);
    if (this.#faults.length > 0) process.exitCode = 1;
    console.log(`${this.#name}: ${this.#faults.length === 0 ? "no fault" : `${this.#faults.length} faults`}`);
  }
}
