import type { Layout } from "../../../codec/index.ts";
import { PerCpuMap } from "../../../index.ts";
import { columnsOf, formatTable, jsonLine, styleOf } from "../../terminal/index.ts";
import { type ValueColumn, valueColumns } from "../values/columns.ts";
import type { TypedMap } from "./typed-map.ts";

/** The number of entries to format at a time, so that a map of millions does not need memory for all of them. */
const CHUNK = 1000;

/** Prints the entries of a map: a table, or an object a line. */
export function printEntries(typed: TypedMap, json: boolean): void {
  if (json) printJson(typed);
  else printTable(typed);
}

function printJson({ keyed }: TypedMap): void {
  let text = "";
  for (const [key, value] of keyed.entries()) {
    text += `${jsonLine({ key, value })}\n`;
    if (text.length < 64 * 1024) continue;
    process.stdout.write(text);
    text = "";
  }
  process.stdout.write(text);
}

function printTable({ keyed, key, value }: TypedMap): void {
  const isPerCpu = keyed instanceof PerCpuMap;
  const keys = valueColumns(key, "key");
  const columns: ValueColumn[] = [...keys, ...(isPerCpu ? cpuColumns(value) : valueColumns(value, "value"))];
  const style = styleOf(process.stdout);
  let rows: string[][] = [];
  let titles = true;
  const print = () => {
    const lines = formatTable(columns, rows, { width: columnsOf(process.stdout), style, titles });
    process.stdout.write(lines.map((line) => `${line}\n`).join(""));
    titles = false;
    rows = [];
  };
  for (const [one, content] of keyed.entries()) {
    // A per-CPU map has a row for each CPU.
    const values = isPerCpu ? (content as unknown[]).map((each, cpu) => ({ cpu, value: each })) : [content];
    for (const each of values)
      rows.push(columns.map((column, i) => column.cell(i < keys.length ? one : each)));
    if (rows.length >= CHUNK) print();
  }
  if (rows.length > 0 || titles) print();
}

/** The columns of `{ cpu, value }`. */
function cpuColumns(value: Layout | undefined): ValueColumn[] {
  const inner = valueColumns(value, "value").map((column) => ({
    ...column,
    cell: (row: unknown) => column.cell((row as { value: unknown }).value),
  }));
  return [{ title: "CPU", align: "right", cell: (row) => `${(row as { cpu: number }).cpu}` }, ...inner];
}
