// Draws the chart of a run: tsx scripts/bench/chart.ts RUN.json CHART.svg
import { readFileSync, writeFileSync } from "node:fs";
import type { Run } from "./index.ts";
import { measureOf, type Row } from "./report.ts";

const LABELS = 340;
const WIDTH = 760;
const LINE = 18;
const TOP = 40;

/** A part of the chart, with the peer that it compares with. */
interface Block {
  readonly title: string;
  readonly rows: readonly Row[];
}

/** The blocks of the chart. Of four sizes of records it shows two. */
function blocksOf(rows: readonly Row[]): Block[] {
  const shown = rows.filter(
    ({ what, theirs }) => theirs !== undefined && !/^ring, (256|2048) bytes|bare addon/.test(what),
  );
  return [
    { title: "times C with libbpf", rows: shown.filter(({ peer = "C" }) => peer === "C") },
    { title: "times Go with cilium/ebpf", rows: shown.filter(({ peer = "" }) => peer.startsWith("Go")) },
  ].filter((block) => block.rows.length > 0);
}

/** A bar for each figure relative to its peer, with a line at the cost of the peer. */
function chart({ kernel, cpu, node, rows }: Run): string {
  const blocks = blocksOf(rows);
  const most = Math.max(2, ...blocks.flatMap((block) => block.rows.map(measureOf)));
  const x = (measure: number) => LABELS + (measure / most) * (WIDTH - LABELS - 50);
  const parts: string[] = [];
  let y = TOP;
  for (const block of blocks) {
    parts.push(`<text x="${LABELS}" y="${y + 18}" font-weight="bold">${escaped(block.title)}</text>`);
    y += 26;
    const top = y;
    for (const row of block.rows) {
      parts.push(bar(row, x, y));
      y += LINE;
    }
    const one = x(1).toFixed(1);
    parts.push(`<line x1="${one}" x2="${one}" y1="${top}" y2="${y}" stroke="#111" stroke-dasharray="3 3"/>`);
    y += 8;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">
<title>The cost of maps, loading and events relative to C and Go</title>
<rect width="100%" height="100%" fill="white"/>
<text x="8" y="16">Cost relative to a peer in the same run, shorter is better; orange: over our target</text>
<text x="8" y="32" fill="#666">Linux ${escaped(kernel)}, Node ${escaped(node)}, ${escaped(cpu)}</text>
${parts.join("\n")}
</svg>
`;
}

function bar(row: Row, x: (measure: number) => number, y: number): string {
  const measure = measureOf(row);
  const peer = row.peer === undefined || row.peer === "C" ? "" : ` (${row.peer.replace(/^Go's /, "")})`;
  const label = escaped(`${row.what.trim()}${peer}`);
  return `<text x="${LABELS - 8}" y="${y + 13}" text-anchor="end">${label}</text>
<rect x="${LABELS}" y="${y + 2}" width="${(x(measure) - LABELS).toFixed(1)}" height="${LINE - 5}" fill="${isOver(row) ? "#d97706" : "#2563eb"}"/>
<text x="${(x(measure) + 6).toFixed(1)}" y="${y + 13}">${measure.toFixed(2)}</text>`;
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
