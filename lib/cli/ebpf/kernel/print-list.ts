import { type Column, columnsOf, formatTable, jsonLine, styleOf } from "../../terminal/index.ts";

/** A column of a list, and its cell for one item. */
export interface ListColumn<T> extends Column {
  cell(item: T): string;
}

/** Prints items as a table, or as JSON: one object a line. */
export function printList<T extends object>(
  items: readonly T[],
  columns: readonly ListColumn<T>[],
  json: boolean | undefined,
): void {
  if (json === true) {
    process.stdout.write(items.map((item) => `${jsonLine(item)}\n`).join(""));
    return;
  }
  const rows = items.map((item) => columns.map((column) => column.cell(item)));
  const lines = formatTable(columns, rows, {
    width: columnsOf(process.stdout),
    style: styleOf(process.stdout),
  });
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
}

/** Prints the fields of one item, a line each. Fields without a value are left out. */
export function printFields(fields: Readonly<Record<string, unknown>>): void {
  const shown = Object.entries(fields).filter(([, value]) => value !== undefined && value !== "");
  const width = Math.max(...shown.map(([name]) => name.length));
  process.stdout.write(shown.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join(""));
}
