// Compares this package with its peers, in turns, each group in a process of its own:
//   npm run bench -- [--only maps,load,codec,asm,events,scale] [--json FILE] [--check]
// --json writes the figures, of which scripts/bench/chart.ts makes the chart. --check fails if one exceeds its limit.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, release, tmpdir } from "node:os";
import path from "node:path";
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

/** Measures one group in this process. */
async function measure(name: string): Promise<{ rows: Row[]; scales: Scale[]; good: boolean }> {
  if (name === "scale") {
    const scales = await (await import("./scale/index.ts")).benchScale();
    return { rows: [], scales, good: reportScale(scales) };
  }
  if (name === "events") {
    const { rows, isSteady } = await (await import("./events/index.ts")).benchEvents();
    return { rows, scales: [], good: report(rows) && isSteady };
  }
  const rows = await groups[name as keyof typeof groups]();
  return { rows, scales: [], good: report(rows) };
}

/** Measures one group in a process of its own: what another group left in the heap and the caches would count too. */
function measureApart(name: string): { rows: Row[]; scales: Scale[]; good: boolean } {
  const folder = mkdtempSync(path.join(tmpdir(), "bench-"));
  try {
    const json = path.join(folder, "run.json");
    const args = [...process.execArgv, import.meta.filename, "--only", name, "--json", json, "--check"];
    const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
    if (!existsSync(json)) throw new Error(`the benchmark of ${name} failed`);
    const { rows, scales } = JSON.parse(readFileSync(json, "utf8")) as Run;
    return { rows: [...rows], scales: [...scales], good: status === 0 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const rows: Row[] = [];
const scales: Scale[] = [];
let good = true;
for (const name of names) {
  if (!chosen.includes(name)) continue;
  const measured = chosen.length > 1 ? measureApart(name) : await measure(name);
  rows.push(...measured.rows);
  scales.push(...measured.scales);
  good = measured.good && good;
}
if (values.json !== undefined) {
  const [cpu] = cpus();
  const machine = { kernel: release(), cpu: cpu?.model ?? "", cores: cpus().length, node: process.version };
  const run: Run = { ...machine, rows, scales };
  writeFileSync(values.json, `${JSON.stringify(run, undefined, 2)}\n`);
}
if (values.check && !good) process.exitCode = 1;
