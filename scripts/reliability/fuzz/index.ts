// Feeds malformed input to every reader, and wrong arguments to the addon. Nothing may come of it but typed errors, in
// bounded time.
//   npm run test:fuzz -- [--minutes N | --inputs N] [--seed N] [--only TARGET,...]
// --inputs gives each reader that many inputs, for as long as it takes.
// Inputs that led to new code are kept in .build/reliability/corpus, those that were faults in
// .build/reliability/fuzz-faults, the slowest of each reader in .build/reliability/fuzz-slowest. A file in
// scripts/reliability/fuzz/regressions/TARGET is fed first in every run.
import path from "node:path";
import { badEnd, runChild } from "../child.ts";
import { deadline, Report, settings } from "../command.ts";
import { code, codeText } from "./code.ts";
import { Coverage } from "./coverage.ts";
import { fuzz } from "./engine.ts";
import { binaryTargets } from "./objects.ts";
import { textTargets } from "./texts.ts";

/** What runs in processes of its own, since a fault would end this one. */
const children = [
  { name: "native-objects", before: [] },
  { name: "native-arguments", before: [] },
  { name: "scribbled-rings", before: [] },
  { name: "scribbled-perf", before: [] },
  { name: "scribbled-user-rings", before: [] },
  { name: "kernel-files", before: ["unshare", "--mount", "--propagation", "private"] },
];

const { minutes, inputs: most, seed, only } = settings(1);
const report = new Report("fuzz");
const isWanted = ({ name }: { name: string }) => only === undefined || only.includes(name);
const targets = [...textTargets, code, codeText, ...binaryTargets].filter(isWanted);
const wanted = children.filter(isWanted);
const share = minutes / (targets.length + wanted.length);
let inputs = 0;
let slowest = { ms: 0, what: "" };
const noteSlowest = (ms: number, what: string) => {
  if (ms > slowest.ms) slowest = { ms, what };
};

const coverage = new Coverage();
for (const target of targets) {
  const bound =
    most === undefined
      ? { isOver: deadline(share), inputs: Number.POSITIVE_INFINITY }
      : { isOver: () => false, inputs: most };
  const outcome = fuzz(target, coverage, seed, bound);
  inputs += outcome.inputs;
  for (const fault of outcome.faults) report.fault(fault);
  noteSlowest(outcome.slowest, `${target.name}, kept in .build/reliability/fuzz-slowest`);
  const { refused, kept } = outcome;
  report.figure(
    target.name,
    `${outcome.inputs} inputs, ${refused} refused, ${kept} batches with new code, slowest ${Math.round(outcome.slowest)} ms`,
  );
  // If all were refused at the door, or none, nothing behind it was tested.
  if (outcome.inputs > 500 && refused === outcome.inputs)
    report.fault(`${target.name}: every input was refused`);
}
for (const { name, before } of wanted) {
  const file = path.join(import.meta.dirname, "children", `${name}.ts`);
  const ended = await runChild(file, [`${seed}`, `${share * 60}`], { before, patience: 300 });
  const last = ended.lines.at(-1);
  const end = badEnd(ended);
  if (end !== undefined) report.fault(`${name}, after ${JSON.stringify(last)}: ${end}`);
  if (last?.done !== true) continue;
  inputs += Object.values<number>(last.counts).reduce((sum, count) => sum + count, 0);
  if (last.unreachable?.length > 0) report.figure(`${name} cannot reach`, last.unreachable.join(", "));
  noteSlowest(last.slowest, `${name} ${last.name ?? ""}`);
  report.figure(
    name,
    `${JSON.stringify(last.counts)}, slowest ${Math.round(last.slowest)} ms ${last.name ?? ""}`,
  );
}
report.figure("inputs", inputs);
report.figure("slowest", `${Math.round(slowest.ms)} ms: ${slowest.what}`);
report.figure("blocks of lib/ that ran", coverage.size);
report.end();
