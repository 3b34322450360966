import {
  type Column,
  formatBytes,
  formatCount,
  formatDuration,
  formatTable,
  printable,
  type Style,
} from "../../terminal/index.ts";
import type { TopProgram } from "./meter.ts";

export type TopOrder = "cpu" | "runs" | "time" | "memory" | "id";

export interface Drawing {
  width: number | undefined;
  /** Lines; undefined for all. */
  rows: number | undefined;
  style: Style;
}

const weights: Readonly<Record<TopOrder, (program: TopProgram) => number>> = {
  cpu: ({ cpuShare }) => cpuShare,
  runs: ({ runsPerSecond }) => runsPerSecond,
  time: ({ runTime }) => Number(runTime),
  memory: ({ mapMemory }) => mapMemory,
  id: ({ id }) => -id,
};

/** Sorts programs, the largest first; by ID, the oldest first. */
export function sortBy(order: TopOrder, programs: readonly TopProgram[]): TopProgram[] {
  const weight = weights[order];
  return [...programs].sort((a, b) => weight(b) - weight(a) || a.id - b.id);
}

const columns: readonly (Column & { order?: TopOrder; cell(program: TopProgram): string })[] = [
  { title: "ID", align: "right", order: "id", cell: ({ id }) => `${id}` },
  { title: "TYPE", flexible: true, cell: ({ type }) => type },
  { title: "NAME", flexible: true, min: 12, cell: ({ name }) => printable(name) },
  {
    title: "RUNS/S",
    align: "right",
    order: "runs",
    cell: ({ runsPerSecond }) => formatCount(Math.round(runsPerSecond)),
  },
  { title: "CPU", align: "right", order: "cpu", cell: ({ cpuShare }) => `${(100 * cpuShare).toFixed(2)}%` },
  {
    title: "AVERAGE",
    align: "right",
    cell: ({ runCount, runTime }) => (runCount === 0n ? "" : formatDuration(runTime / runCount)),
  },
  { title: "TIME", align: "right", order: "time", cell: ({ runTime }) => formatDuration(runTime) },
  {
    title: "MAPS",
    align: "right",
    order: "memory",
    cell: ({ mapMemory }) => (mapMemory === 0 ? "" : formatBytes(mapMemory)),
  },
];

/** Formats programs as a table, below a line with the sums. */
export function topLines(
  programs: readonly TopProgram[],
  { width, rows, style }: Drawing,
  sorted?: TopOrder,
): string[] {
  const cpu = programs.reduce((sum, { cpuShare }) => sum + cpuShare, 0);
  const runs = programs.reduce((sum, { runsPerSecond }) => sum + runsPerSecond, 0);
  const head = `${programs.length} programs  ${formatCount(Math.round(runs))} runs/s  ${(100 * cpu).toFixed(2)}% of a CPU`;
  const shown = rows === undefined ? programs : programs.slice(0, Math.max(0, rows - 2));
  const titled = columns.map((column) => ({
    ...column,
    title: sorted !== undefined && column.order === sorted ? `${column.title}▾` : column.title,
  }));
  const table = formatTable(
    titled,
    shown.map((program) => columns.map((column) => column.cell(program))),
    { width, style },
  );
  return [head.slice(0, width), ...table];
}
