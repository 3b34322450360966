import type { Layout } from "../../../codec/index.ts";
import { BpfLog, RecordError } from "../../../index.ts";
import { fitWidths, formatRow, printable, type Style, widthOf } from "../../terminal/index.ts";
import { type ValueColumn, valueColumns } from "../values/columns.ts";
import type { StackLines } from "./stack-lines.ts";
import type { BufferView, TypedRecord } from "./view.ts";

interface Table {
  /** The first cell of each line, where records of several types mix; empty otherwise. */
  label: string;
  columns: ValueColumn[];
  widths: number[];
  isBegun: boolean;
}

/** The initial column widths by kind of type, wide enough for most records. */
const usualWidths: Record<string, number> = { int: 7, chars: 15 };

/** Formats records as lines in aligned columns. Each type has its own columns, which widen when a value does not fit. */
export class RecordLines {
  readonly #tables = new Map<string, Table>();
  readonly #style: Style;
  readonly #stacks: StackLines;

  constructor(buffers: readonly BufferView[], style: Style, stacks: StackLines) {
    this.#style = style;
    this.#stacks = stacks;
    const kinds = buffers.flatMap(({ name, types }) => {
      const known: (readonly [string | undefined, Layout | undefined])[] = [...types];
      if (known.length === 0) known.push([undefined, undefined]);
      return known.map(([type, layout]) => ({ buffer: name, type, layout }));
    });
    const labels = kinds.map(({ buffer, type }) => (kinds.length === 1 ? "" : printable(type ?? buffer)));
    const longest = Math.max(0, ...labels.map(widthOf));
    kinds.forEach(({ buffer, type, layout }, i) => {
      const columns = valueColumns(layout, "record");
      const widths = columns.map(({ title }) => widthOf(title));
      if (layout?.kind === "record")
        columns.forEach(({ align, flexible }, at) => {
          const usual = align === "right" ? usualWidths["int"] : flexible ? usualWidths["chars"] : 0;
          // The last column needs no padding.
          if (at < columns.length - 1) widths[at] = Math.max(widths[at] as number, usual as number);
        });
      this.#tables.set(`${buffer} ${type}`, {
        label: (labels[i] as string).padEnd(longest),
        columns,
        widths,
        isBegun: false,
      });
    });
  }

  /** Returns the lines of records, after a line with titles where a type appears for the first time. */
  lines({ name }: BufferView, records: readonly TypedRecord[], width = Number.POSITIVE_INFINITY): string[] {
    const rows = records.map((record) => this.#row(name, record));
    for (const { table, cells } of rows) {
      cells?.forEach((cell, i) => {
        const { widths } = table as Table;
        widths[i] = Math.max(widths[i] as number, widthOf(cell));
      });
    }
    return rows.flatMap(({ table, cells, text, value }) => {
      if (value instanceof BpfLog)
        return [value.level === "error" ? this.#style.red(text ?? "") : (text ?? "")];
      if (table === undefined || cells === undefined) return [this.#style.red(text ?? "")];
      const lines = table.isBegun ? [] : [this.#titles(table, width)];
      table.isBegun = true;
      lines.push(this.#line(table, cells, width, table.columns));
      for (const frame of this.#stacks.of(value)) lines.push(this.#style.dim(`    ${frame}`));
      return lines;
    });
  }

  #row(
    buffer: string,
    { type, value }: TypedRecord,
  ): { table?: Table; cells?: string[]; text?: string; value?: unknown } {
    if (value instanceof RecordError) return { text: printable(`${buffer}: ${value.message}`) };
    if (value instanceof BpfLog) return { text: printable(String(value)), value };
    const table = this.#tables.get(`${buffer} ${type}`);
    if (table === undefined) return { text: `${buffer}: record of unknown type "${type}"` };
    return { table, cells: table.columns.map((column) => column.cell(value)), value };
  }

  #titles(table: Table, width: number): string {
    const plain = table.columns.map(({ align = "left" as const }) => ({ align }));
    return this.#style.bold(
      this.#line(
        table,
        table.columns.map(({ title }) => title),
        width,
        plain,
      ),
    );
  }

  #line(
    { label, columns, widths }: Table,
    cells: readonly string[],
    width: number,
    painted: Parameters<typeof formatRow>[0],
  ): string {
    const start = label === "" ? "" : `${label}  `;
    const fitted = [...widths];
    if (Number.isFinite(width)) fitWidths(columns, fitted, width - start.length);
    const line = formatRow(painted, fitted, cells, Math.max(1, width - start.length));
    return start === "" ? line : `${this.#style.cyan(start)}${line}`;
  }
}
