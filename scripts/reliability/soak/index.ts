// Works for long at the same things, and looks at what must not grow: descriptors, kernel objects, memory, threads.
//   npm run test:soak -- [--minutes N]
// Does 10,000 load-attach-close cycles, 10,000,000 map operations, 200,000,000 records and 86,400 readers, or as much as
// the time allows.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { kernelObjects } from "../../../test/support/kernel-objects.ts";
import { deadline, folder, Report, settings } from "../command.ts";
import { leftInKernel, othersHold } from "../left-in-kernel.ts";
import { chart } from "./chart.ts";
import { cycles } from "./cycles.ts";
import { type State, state } from "./state.ts";
import { mapOperations, readers, records } from "./work.ts";

const { minutes } = settings(1);
const report = new Report("soak");
if ((globalThis as { gc?: unknown }).gc === undefined) throw new Error("soak: run Node with --expose-gc");
const inKernel = kernelObjects();
const mixed = await cycles();
report.figure("kinds of attachments", `${mixed.kinds.length}: ${mixed.kinds.join(", ")}`);
const works = [mixed, mapOperations(), records(), readers()];
const done = works.map(() => 0);
const states: State[] = [];
const isOver = deadline(minutes);
const unfinished = () => works.some(({ goal }, index) => (done[index] ?? 0) < goal);

// The allocator and the JIT take what they need in the first quarter of the time, or of the work, which is not measured.
const warmUp = deadline(minutes / 4);
const isWarm = () => warmUp() || works.every(({ goal }, index) => (done[index] ?? 0) >= goal / 4);
let baseline: State | undefined;
let next = 0;
while (!isOver() && unfinished()) {
  for (const [index, work] of works.entries()) {
    // Equal time for each, in short slices.
    const slice = deadline(0.2 / 60);
    while (!slice() && (done[index] ?? 0) < work.goal) done[index] = (done[index] ?? 0) + (await work.turn());
  }
  if (performance.now() < next) continue;
  next = performance.now() + Math.max(500, minutes * 300);
  const now = await mixed.paused(state);
  states.push(now);
  if (isWarm()) baseline ??= now;
}
const end = await mixed.paused(state);
await mixed.stop();
for (const [index, { name, goal }] of works.entries())
  report.figure(name, `${done[index]?.toLocaleString("en")} of ${goal.toLocaleString("en")}`);
report.figure("cycles repeated, since other processes were at the place", mixed.repeated());
const start = baseline ?? states[0] ?? end;
report.figure("descriptors", `${start.descriptors} -> ${end.descriptors}`);
report.figure("threads", `${start.threads} -> ${end.threads}`);
report.figure("handles of the event loop", `${start.handles} -> ${end.handles}`);
report.figure("heap", `${start.heap} -> ${end.heap} bytes`);
report.figure("RSS", `${start.rss} -> ${end.rss} bytes`);
if (end.descriptors > start.descriptors) report.fault("descriptors grow");
if (end.threads > start.threads) report.fault("threads grow");
if (end.handles > start.handles) report.fault("handles of the event loop grow");
// One leaked object of libbpf takes some 40 KB: a hundredth of the cycles would show.
if (end.heap - start.heap > 8 * 2 ** 20) report.fault("the heap grows");
if (end.rss - start.rss > 48 * 2 ** 20) report.fault("the resident memory grows");
for (const work of works) work.close();
if (state().descriptors > 0) report.fault(`${state().descriptors} descriptors are left open`);
const left = await leftInKernel(inKernel);
report.figure("left in the kernel", left.length);
if (left.length > 0 && !othersHold()) report.fault(`left in the kernel: ${left.join(", ")}`);
mkdirSync(folder, { recursive: true });
writeFileSync(path.join(folder, "soak.svg"), chart([...states, end]));
report.end();
