import type { HistogramSlot } from "./histogram-slot.ts";

interface Drawing {
  unit: string;
  width: number;
  ascii: boolean;
}

// Eighths of a column, from one to seven.
const parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A line for each slot from the first to the last that is not empty. */
export function drawHistogram(slots: readonly HistogramSlot[], { unit, width, ascii }: Drawing): string {
  const first = slots.findIndex(({ count }) => count > 0);
  if (first < 0) return "nothing was counted";
  const shown = slots.slice(first, slots.findLastIndex(({ count }) => count > 0) + 1);
  const froms = column(shown.map(({ from }) => `${from}`));
  const tos = column(shown.map(({ to }) => `${to}`));
  const counts = column(["count", ...shown.map(({ count }) => `${count}`)]);
  const labels = shown.map(({ from, to }, i) => (from === to ? `${froms[i]}` : `${froms[i]} - ${tos[i]}`));
  const labelWidth = Math.max(unit.length, ...labels.map(({ length }) => length));
  const most = Math.max(...shown.map(({ count }) => count));
  const room = Math.max(8, width - labelWidth - (counts[0] as string).length - 4);
  const lines = shown.map(({ count }, i) => {
    const drawn = bar((count / most) * room, ascii);
    return `${(labels[i] as string).padStart(labelWidth)}  ${counts[i + 1]}  ${drawn}`.trimEnd();
  });
  return [`${unit.padStart(labelWidth)}  ${counts[0]}`, ...lines].join("\n");
}

function column(texts: readonly string[]): string[] {
  const width = Math.max(...texts.map(({ length }) => length));
  return texts.map((text) => text.padStart(width));
}

/** A count above zero is always visible. */
function bar(columns: number, ascii: boolean): string {
  if (columns === 0) return "";
  if (ascii) return "*".repeat(Math.max(1, Math.round(columns)));
  const eighths = Math.max(1, Math.round(columns * 8));
  return "█".repeat(eighths >> 3) + (parts[eighths & 7] as string);
}
