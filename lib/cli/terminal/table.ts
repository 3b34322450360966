import type { Style } from "./style.ts";
import { pad, shorten, widthOf } from "./text.ts";

/** A column of a table. */
export interface Column {
  title: string;
  /** Default: `left`. */
  align?: "left" | "right";
  /** Whether the column gets narrower when the table does not fit. Other columns keep their width. */
  flexible?: boolean;
  /** The minimum width of a flexible column, in columns of the terminal. Default: 8. */
  min?: number;
  /** Colours a cell after it was cut and filled. */
  paint?: (cell: string) => string;
}

export interface TableOptions {
  /** Columns of the terminal. Default: unlimited, for a pipe or a file. */
  width?: number | undefined;
  /** Attributes of the titles. */
  style?: Style | undefined;
  /** Whether the first line has the titles. Default: true. */
  titles?: boolean;
}

const gap = "  ";

/**
 * Formats rows as aligned columns that fit the width of a terminal: flexible columns are shortened first, then lines are
 * cut at the end.
 *
 * @param rows - Cells without control characters (see `printable`) and without colours.
 * @returns A line for the titles and one for each row, without line breaks.
 */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: TableOptions = {},
): string[] {
  const { width = Number.POSITIVE_INFINITY, style, titles = true } = options;
  const widths = columns.map(({ title }, i) =>
    rows.reduce((most, row) => Math.max(most, widthOf(row[i] ?? "")), titles ? widthOf(title) : 0),
  );
  fitWidths(columns, widths, width);
  const lines = rows.map((row) => formatRow(columns, widths, row, width));
  if (!titles) return lines;
  const plain = columns.map(({ align = "left" }) => ({ title: "", align }));
  const head = formatRow(
    plain,
    widths,
    columns.map(({ title }) => title),
    width,
  );
  return [style?.bold(head) ?? head, ...lines];
}

/** Narrows the flexible columns, the widest first, until the table fits. */
export function fitWidths(
  columns: readonly Pick<Column, "flexible" | "min">[],
  widths: number[],
  width: number,
): void {
  let excess = widths.reduce((sum, one) => sum + one + gap.length, -gap.length) - width;
  const flexible = columns.flatMap(({ flexible, min = 8 }, i) => (flexible ? [{ i, min }] : []));
  while (excess > 0) {
    const able = flexible.filter(({ i, min }) => (widths[i] as number) > min);
    const widest = able.reduce(
      (a, b) => ((widths[b.i] as number) > (widths[a.i] as number) ? b : a),
      able[0] ?? none,
    );
    if (widest === none) return;
    const room = (widths[widest.i] as number) - widest.min;
    // Each step ends at the next widest column, so that several long columns are shortened evenly.
    const next = Math.max(0, ...able.filter((one) => one !== widest).map(({ i }) => widths[i] as number));
    const step = Math.min(excess, room, Math.max(1, (widths[widest.i] as number) - next));
    widths[widest.i] = (widths[widest.i] as number) - step;
    excess -= step;
  }
}

const none = { i: -1, min: 0 };

/** Formats one row in columns of given widths. */
export function formatRow(
  columns: readonly Pick<Column, "align" | "paint">[],
  widths: readonly number[],
  row: readonly string[],
  width = Number.POSITIVE_INFINITY,
): string {
  let left = width;
  let line = "";
  for (let i = 0; i < columns.length; i++) {
    const { align = "left", paint } = columns[i] as Column;
    if (i > 0) {
      if (left <= gap.length) break;
      line += gap;
      left -= gap.length;
    }
    const own = Math.min(widths[i] as number, left);
    const last = i === columns.length - 1;
    const cell = shorten(row[i] ?? "", own);
    const filled = last && align === "left" ? cell : pad(cell, own, align);
    line += paint === undefined ? filled : paint(filled);
    left -= own;
  }
  return line.trimEnd();
}
