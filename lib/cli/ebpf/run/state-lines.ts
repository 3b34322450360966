import { fieldsOf, type Layout } from "../../../codec/index.ts";
import { Histogram } from "../../../index.ts";
import {
  type Column,
  formatCount,
  formatDuration,
  formatTable,
  printable,
  type Style,
  sparkLine,
} from "../../terminal/index.ts";
import { type ValueColumn, valueColumns } from "../values/columns.ts";
import { formatOf } from "../values/format-value.ts";
import { isZero, type MapSnapshot } from "./map-snapshot.ts";
import type { Rates } from "./rates.ts";
import type { Snapshot, VariableValue } from "./view.ts";

export interface Drawing {
  /** Columns of the terminal; undefined for a pipe. */
  width: number | undefined;
  /** The most entries of a map, and the most histograms, that are shown. */
  most: number;
  style: Style;
  unicode: boolean;
}

/** Formats maps, variables and programs as lines. */
export function stateLines(snapshot: Snapshot, rates: Rates, drawing: Drawing): string[] {
  return [
    ...snapshot.maps.flatMap((map) => mapLines(map, rates, drawing)),
    ...variableLines(snapshot.variables, rates, drawing),
  ];
}

function mapLines(map: MapSnapshot, rates: Rates, drawing: Drawing): string[] {
  const { name, type, entries, truncated } = map;
  const { style, most } = drawing;
  const count = `${entries.length}${truncated ? "+" : ""} ${entries.length === 1 ? "entry" : "entries"}`;
  const head = `${style.bold(printable(name))} ${style.dim(`${type}, ${count}`)}`;
  if (entries.length === 0) return [head];
  const slots = slotsOf(map.value, name);
  if (slots !== undefined) return [head, ...histogramEntries(map, slots, drawing)];
  if (isArrayOfSlots(map)) return [head, ...drawSlots(slotsOfArray(entries), drawing)];
  const sorted = [...entries].sort((a, b) => weightOf(b[1]) - weightOf(a[1]));
  const lines = tableLines(map, isArray(type) ? entries : sorted, rates, drawing);
  if (entries.length > most) lines.push(style.dim(`… ${entries.length - most} more`));
  return [head, ...lines];
}

function isArray(type: string): boolean {
  return type.endsWith("array");
}

function tableLines(
  { name, key, value }: MapSnapshot,
  entries: MapSnapshot["entries"],
  rates: Rates,
  { width, most, style, unicode }: Drawing,
): string[] {
  const keys = valueColumns(key, "key");
  const values = valueColumns(value, "value");
  const isCounter = value?.kind === "int" && !value.name.endsWith("*");
  const columns: Column[] = [...keys, ...values];
  if (isCounter) columns.push({ title: "RATE/S", align: "right" }, { title: "" });
  const keyText = (one: unknown) => keys.map((column) => column.cell(one)).join(" ");
  // Rates are recorded even for entries that are not shown now.
  const rateOf = isCounter
    ? entries.map(([one, count]) => rates.note(`${name} ${keyText(one)}`, Number(count)))
    : [];
  const rows = entries
    .slice(0, most)
    .map(([one, content], i) => [
      ...keys.map((column) => column.cell(one)),
      ...values.map((column) => column.cell(content)),
      ...(isCounter ? rateCells(rateOf[i] ?? [], unicode) : []),
    ]);
  return formatTable(columns, rows, { width, style });
}

function rateCells(rates: readonly number[], unicode: boolean): [string, string] {
  const last = rates.at(-1);
  return last === undefined ? ["", ""] : [formatCount(round(last)), sparkLine(rates, 16, !unicode)];
}

function round(value: number): number {
  return value >= 10 ? Math.round(value) : Number(value.toFixed(1));
}

/** The weight of an entry in the sort order: the largest number in it. */
function weightOf(value: unknown): number {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + weightOf(one), 0);
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value))
    return Math.max(0, ...Object.values(value).map(weightOf));
  return 0;
}

// ---------------------------------------------------------------- histograms

/** Finds the slots of a histogram in a value. */
interface Slots {
  of(value: unknown): readonly (number | bigint)[];
  /** The other fields of the value. */
  others: ValueColumn[];
}

const slotNames = /slots?$|hist|buckets?$|dist$|latenc/i;

function slotsOf(layout: Layout | undefined, name: string): Slots | undefined {
  if (layout === undefined) return undefined;
  if (isSlots(layout) && slotNames.test(name)) return { of: (value) => value as number[], others: [] };
  if (layout.kind !== "record") return undefined;
  const fields = [...fieldsOf(layout.members)];
  const slots = fields.find((field) => isSlots(field.layout) && slotNames.test(field.name));
  if (slots === undefined) return undefined;
  const others = valueColumns(layout, "value").filter(({ title }) => title !== slots.name.toUpperCase());
  return { of: (value) => (value as Record<string, number[]>)[slots.name] as number[], others };
}

/** Counts by powers of two, from 8 slots (values up to 255) to 64. */
function isSlots(layout: Layout): boolean {
  return layout.kind === "array" && layout.length >= 8 && layout.length <= 64 && isCount(layout.element);
}

function isCount(layout: Layout | undefined): boolean {
  return layout?.kind === "int" && layout.size >= 4 && !layout.name.endsWith("*");
}

/** Whether a map of numbers is one histogram: an array whose name suggests one. */
function isArrayOfSlots({ type, name, value }: MapSnapshot): boolean {
  return isArray(type) && isCount(value) && slotNames.test(name);
}

function slotsOfArray(entries: MapSnapshot["entries"]): (number | bigint)[] {
  const last = Math.max(...entries.map(([key]) => Number(key)));
  const slots: (number | bigint)[] = Array.from({ length: last + 1 }, () => 0);
  for (const [key, count] of entries) slots[Number(key)] = count as number | bigint;
  return slots;
}

function histogramEntries({ entries, key }: MapSnapshot, slots: Slots, drawing: Drawing): string[] {
  const total = ([, value]: readonly [unknown, unknown]) =>
    slots.of(value).reduce((sum: number, count) => sum + Number(count), 0);
  const sorted = [...entries].sort((a, b) => total(b) - total(a));
  const keys = valueColumns(key, "key");
  const most = Math.max(1, Math.ceil(drawing.most / 5));
  const lines = sorted.slice(0, most).flatMap(([one, value]) => {
    const cells = [
      ...keys.map((column) => [column, one] as const),
      ...slots.others.map((column) => [column, value] as const),
    ];
    const title = cells
      .map(([column, from]) => `${column.title.toLowerCase()} ${column.cell(from)}`)
      .join("  ");
    return [drawing.style.cyan(title), ...drawSlots(slots.of(value), drawing)];
  });
  if (sorted.length > most) lines.push(drawing.style.dim(`… ${sorted.length - most} more`));
  return lines;
}

function drawSlots(slots: readonly (number | bigint)[], { width = 80, unicode }: Drawing): string[] {
  if (slots.length > 64) return [];
  // The output needs at least 40 columns. A narrower terminal cuts it.
  const options = { width: Math.max(40, Math.min(width, 100)), ascii: !unicode };
  return Histogram.log2(slots).text(options).split("\n");
}

// ---------------------------------------------------------------- variables

function variableLines(variables: readonly VariableValue[], rates: Rates, drawing: Drawing): string[] {
  const { style, width, unicode } = drawing;
  const lines: string[] = [];
  const rows: string[][] = [];
  for (const { name, layout, value } of variables) {
    if (layout !== undefined && isSlots(layout) && slotNames.test(name)) {
      lines.push(style.bold(printable(name)), ...drawSlots(value as number[], drawing));
      continue;
    }
    if (layout?.kind === "array" && layout.element.kind === "record") {
      const slots = slotsOf(layout.element, name);
      const used =
        slots === undefined
          ? []
          : (value as unknown[]).flatMap((one, i) => (isZero(one) ? [] : [[i, one] as const]));
      for (const [i, one] of used)
        lines.push(style.bold(`${printable(name)}[${i}]`), ...drawSlots((slots as Slots).of(one), drawing));
      if (slots !== undefined) continue;
    }
    const slots = slotsOf(layout, name);
    if (slots !== undefined) {
      lines.push(style.bold(printable(name)), ...drawSlots(slots.of(value), drawing));
      continue;
    }
    const counts = layout?.kind === "int" ? rates.note(`variable ${name}`, Number(value)) : [];
    rows.push([printable(name), formatOf(layout, name)(value, undefined), ...rateCells(counts, unicode)]);
  }
  const columns: Column[] = [
    { title: "VARIABLE" },
    { title: "VALUE", align: "right", flexible: true },
    { title: "RATE/S", align: "right" },
    { title: "" },
  ];
  return rows.length === 0 ? lines : [...lines, ...formatTable(columns, rows, { width, style })];
}

// ---------------------------------------------------------------- programs and buffers

/** Formats the activity of the programs. */
export function programLines({ programs }: Snapshot, { width, style }: Drawing): string[] {
  const columns: Column[] = [
    { title: "PROGRAM", flexible: true },
    { title: "RUNS", align: "right" },
    { title: "RUNS/S", align: "right" },
    { title: "AVERAGE", align: "right" },
    { title: "CPU", align: "right" },
  ];
  const rows = programs.map(({ name, runCount, runTime, runsPerSecond, cpuShare }) => [
    printable(name),
    formatCount(runCount),
    formatCount(round(runsPerSecond)),
    runCount === 0n ? "" : formatDuration(runTime / runCount),
    `${(100 * cpuShare).toFixed(cpuShare < 0.1 ? 2 : 1)}%`,
  ]);
  return rows.length === 0 ? [] : formatTable(columns, rows, { width, style });
}

/** Formats what the buffers have received, in one line each. */
export function bufferLines({ buffers }: Snapshot, { style }: Drawing): string[] {
  return buffers.map(({ name, records, lost, full, errors }) => {
    const parts = [`${printable(name)}: ${records} record${records === 1 ? "" : "s"}`];
    if (lost !== undefined && lost > 0n) parts.push(style.red(`${lost} lost`));
    else if (lost !== undefined) parts.push("0 lost");
    if (full) parts.push(style.red("the ring was full: records may be lost"));
    if (errors > 0) parts.push(style.red(`${errors} not of their type`));
    return parts.join(", ");
  });
}
