import type { TraceLine } from "../../../index.ts";
import { wallTime } from "../../../index.ts";
import {
  columnsOf,
  drawsUnicode,
  type Output,
  printable,
  type Style,
  styleOf,
} from "../../terminal/index.ts";
import { clockText } from "../values/field-rules.ts";
import { Rates } from "./rates.ts";
import type { RecordLines } from "./record-lines.ts";
import { bufferLines, type Drawing, programLines, stateLines } from "./state-lines.ts";
import type { BufferView, Snapshot, Summary, TypedRecord, View } from "./view.ts";

/** The most entries of a map that are written to a pipe. */
const MOST_ENTRIES = 100;

/** Lines of text for a pipe or a file. */
export class TextView implements View {
  protected readonly style: Style = styleOf(process.stdout);
  protected readonly unicode: boolean = drawsUnicode();
  protected readonly rates = new Rates();
  readonly #output: Output;
  readonly #records: RecordLines;
  #lastSnapshot = 0;

  constructor(output: Output, records: RecordLines) {
    this.#output = output;
    this.#records = records;
  }

  /** Writes lines. */
  protected emit(lines: readonly string[]): Promise<void> | undefined {
    return this.#output.write(lines.map((line) => `${line}\n`).join(""));
  }

  records(buffer: BufferView, records: readonly TypedRecord[]): Promise<void> | undefined {
    return this.emit(this.#records.lines(buffer, records, columnsOf(process.stdout)));
  }

  lost(buffer: string, lost: bigint, total: bigint): void {
    void this.emit([this.style.red(`${printable(buffer)}: ${lost} records lost, ${total} in all`)]);
  }

  print({ time, task, pid, text }: TraceLine): Promise<void> | undefined {
    const at = clockText(wallTime(BigInt(Math.round(time * 1e9))));
    return this.emit([`${this.style.dim(at)}  ${printable(task)}-${pid}  ${printable(text)}`]);
  }

  snapshot(snapshot: Snapshot): void {
    if (this.#output.blocked) return;
    this.beginRates(snapshot);
    const lines = stateLines(snapshot, this.rates, this.drawing(MOST_ENTRIES));
    if (lines.length > 0) void this.emit([...lines, ""]);
  }

  protected beginRates({ seconds }: Snapshot): void {
    this.rates.begin(seconds - this.#lastSnapshot);
    this.#lastSnapshot = seconds;
  }

  protected drawing(most: number): Drawing {
    return { width: columnsOf(process.stdout), most, style: this.style, unicode: this.unicode };
  }

  note(text: string): void {
    process.stderr.write(`ebpf: ${text}\n`);
  }

  end(summary: Summary): void {
    this.beginRates(summary);
    const drawing = this.drawing(MOST_ENTRIES);
    void this.emit(stateLines(summary, this.rates, drawing));
    this.summary([...programLines(summary, drawing), ...bufferLines(summary, drawing)]);
  }

  /** The summary is about the run: a pipe gets the results alone. */
  protected summary(lines: readonly string[]): void {
    process.stderr.write(lines.map((line) => `${line}\n`).join(""));
  }

  close(): void {}
}
