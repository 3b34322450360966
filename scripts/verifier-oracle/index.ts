// How well refusals of the verifier are explained: loads every program of a folder of objects by itself, in child
// processes, and compares our reason with what the authors of the kernel's selftests expect (in BTF).
//   node --import tsx scripts/verifier-oracle/index.ts FOLDER [--only TEXT] [--list] [--json FILE]
// --list names every refusal whose reason differs or that has no advice. Loading programs takes root.
import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { parseArgs } from "node:util";
import type { Outcome } from "./outcome.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string", default: "" },
    list: { type: "boolean", default: false },
    json: { type: "string" },
  },
});
const [folder] = positionals;
if (folder === undefined) throw new Error("verifier-oracle: say the folder of the objects");
const files = readdirSync(folder)
  .filter((file) => file.endsWith(".o") && file.includes(values.only))
  .sort()
  .map((file) => path.join(folder, file));

// A program that takes longer is left out: some selftests are made to keep the verifier busy.
const patience = 60_000;

const outcomes = await allOutcomes();
if (values.json !== undefined) writeFileSync(values.json, JSON.stringify(outcomes, undefined, 1));
summarize(outcomes);

async function allOutcomes(): Promise<Outcome[]> {
  const found: Outcome[] = [];
  for (let first = 0, ended = false; !ended; ) {
    const child = spawn(
      process.execPath,
      [...process.execArgv, path.join(import.meta.dirname, "child.ts"), `${first}`, ...files],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let current = "";
    for await (const line of watched(child)) {
      const { number, begins, ...outcome } = JSON.parse(line) as Outcome & {
        number: number;
        begins?: boolean;
      };
      current = `${outcome.object} ${outcome.program}`;
      first = number + 1;
      if (begins !== true) found.push(outcome);
    }
    ended = child.exitCode === 0;
    if (!ended) console.error(`verifier-oracle: left out ${current}: ${child.signalCode ?? child.exitCode}`);
  }
  return found;
}

async function* watched(child: ChildProcess): AsyncIterable<string> {
  if (child.stdout === null) return;
  let timer: NodeJS.Timeout | undefined;
  const closed = new Promise((resolve) => child.once("close", resolve));
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer);
    timer = setTimeout(() => child.kill("SIGKILL"), patience);
    yield line;
  }
  clearTimeout(timer);
  await closed;
}

function summarize(all: readonly Outcome[]): void {
  const refusals = all.filter(({ reason }) => reason !== undefined);
  const sentences = new Map<string, Outcome[]>();
  for (const refusal of refusals) {
    const sentence = (refusal.reason ?? "").replace(/0x[0-9a-f]+|\d+/g, "N").replace(/'[^']*'/g, "'…'");
    sentences.set(sentence, [...(sentences.get(sentence) ?? []), refusal]);
  }
  const advised = refusals.filter(({ help }) => help !== undefined);
  const advisedSentences = [...sentences.values()].filter((group) =>
    group.every(({ help }) => help !== undefined),
  );
  const comparable = refusals.filter((refusal) => refusal.comparable);
  const right = comparable.filter((refusal) => refusal.right);
  console.log(
    `programs ${all.length}, loaded ${all.filter(({ loaded }) => loaded).length}, refused by the verifier ${refusals.length}`,
  );
  console.log(
    `with a line of C: ${share(refusals.filter(({ line }) => line !== undefined).length, refusals.length)}`,
  );
  console.log(
    `with advice: ${share(advised.length, refusals.length)} of the refusals, ${share(advisedSentences.length, sentences.size)} of the distinct sentences`,
  );
  console.log(
    `reasons as the authors expect: ${share(right.length, comparable.length)} of those whose log has what they expect`,
  );
  if (!values.list) return;
  for (const { object, program, reason, expected } of comparable.filter((refusal) => !refusal.right))
    console.log(
      `reason differs: ${object} ${program}: ${reason}\n    expected one of ${expected?.join(" | ")}`,
    );
  for (const [sentence, group] of [...sentences].sort((a, b) => b[1].length - a[1].length)) {
    const without = group.filter(({ help }) => help === undefined);
    if (without.length > 0)
      console.log(
        `no advice: ${without.length} × ${sentence} (${without[0]?.object} ${without[0]?.program})`,
      );
  }
}

function share(part: number, whole: number): string {
  return `${part} of ${whole} (${whole === 0 ? 100 : Math.floor((1000 * part) / whole) / 10}%)`;
}
