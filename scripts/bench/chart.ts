// Draws the chart of a run: tsx scripts/bench/chart.ts RUN.json CHART.svg
import { readFileSync, writeFileSync } from "node:fs";
import type { Run } from "./index.ts";
import { measureOf, type Row } from "./report.ts";

const LABELS = 340;
const WIDTH = 760;
const LINE = 20;
const TOP = 40;

/** One bar for each figure relative to C, with a line at the cost of C. */
function chart({ kernel, cpu, node, rows }: Run): string {
  const shown = rows.filter(({ theirs, peer }) => theirs !== undefined && peer === undefined);
  const most = Math.max(2, ...shown.map(measureOf));
  const x = (measure: number) => LABELS + (measure / most) * (WIDTH - LABELS - 50);
  const height = TOP + shown.length * LINE + 10;
  const bar = (row: Row, index: number): string => {
    const measure = measureOf(row);
    const y = TOP + index * LINE;
    return `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${escaped(row.what.trim())}</text>
<rect x="${LABELS}" y="${y + 2}" width="${(x(measure) - LABELS).toFixed(1)}" height="${LINE - 6}" fill="${isOver(row) ? "#d97706" : "#2563eb"}"/>
<text x="${(x(measure) + 6).toFixed(1)}" y="${y + 13}">${measure.toFixed(2)}</text>`;
  };
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
<text x="8" y="16">Cost in times that of C with libbpf, in one run; orange: over the limit. Linux ${escaped(kernel)}, Node ${escaped(node)}</text>
<text x="8" y="32" fill="#666">${escaped(cpu)}</text>
${shown.map(bar).join("\n")}
<line x1="${x(1).toFixed(1)}" x2="${x(1).toFixed(1)}" y1="${TOP}" y2="${height - 10}" stroke="#111" stroke-dasharray="3 3"/>
</svg>
`;
}

/** JSON has null for the limit of a figure that has none. */
function isOver(row: Row): boolean {
  return row.limit !== null && measureOf(row) > row.limit;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

const [from, to] = process.argv.slice(2);
if (from === undefined || to === undefined) throw new Error("usage: chart.ts RUN.json CHART.svg");
writeFileSync(to, chart(JSON.parse(readFileSync(from, "utf8")) as Run));
