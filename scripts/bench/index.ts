// Compares this package with its peers, in turns:
//   npm run bench -- [--only maps,load,codec,asm,events,scale] [--json FILE] [--check]
// --json writes the figures, of which scripts/bench/chart.ts makes the chart. --check fails if one exceeds its limit.
import { writeFileSync } from "node:fs";
import { cpus, release } from "node:os";
import { parseArgs } from "node:util";
import { type Row, report } from "./report.ts";
import type { Scale } from "./scale/measure.ts";
import { reportScale } from "./scale/report.ts";

/** The figures of a run, as `--json` writes them. */
export interface Run {
  readonly kernel: string;
  readonly cpu: string;
  readonly cores: number;
  readonly node: string;
  readonly rows: readonly Row[];
  readonly scales: readonly Scale[];
}

const groups = {
  maps: async () => (await import("./maps.ts")).benchMaps(),
  load: async () => (await import("./load.ts")).benchLoad(),
  codec: async () => (await import("./codec.ts")).benchCodec(),
  asm: async () => (await import("./asm.ts")).benchAsm(),
};
const names = [...Object.keys(groups), "events", "scale"];

const { values } = parseArgs({
  options: {
    only: { type: "string", default: names.join() },
    json: { type: "string" },
    check: { type: "boolean", default: false },
  },
});
const chosen = values.only.split(",");
for (const name of chosen)
  if (!names.includes(name)) throw new Error(`--only: unknown group "${name}"; expected ${names.join(", ")}`);

const rows: Row[] = [];
let good = true;
for (const [name, bench] of Object.entries(groups)) {
  if (!chosen.includes(name)) continue;
  const measured = await bench();
  good = report(measured) && good;
  rows.push(...measured);
}
if (chosen.includes("events")) {
  const events = await (await import("./events/index.ts")).benchEvents();
  good = report(events.rows) && events.isSteady && good;
  rows.push(...events.rows);
}
const scales = chosen.includes("scale") ? await (await import("./scale/index.ts")).benchScale() : [];
good = reportScale(scales) && good;
if (values.json !== undefined) {
  const [cpu] = cpus();
  const machine = { kernel: release(), cpu: cpu?.model ?? "", cores: cpus().length, node: process.version };
  const run: Run = { ...machine, rows, scales };
  writeFileSync(values.json, `${JSON.stringify(run, undefined, 2)}\n`);
}
if (values.check && !good) process.exitCode = 1;
