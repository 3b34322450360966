import { LiveArea, type Output, rowsOf } from "../../terminal/index.ts";
import type { RecordLines } from "./record-lines.ts";
import { bufferLines, programLines, stateLines } from "./state-lines.ts";
import { TextView } from "./text-view.ts";
import type { Snapshot } from "./view.ts";

/** Milliseconds between two frames, at least. */
const FRAME = 50;
/** Lines that wait for the next frame, at most: a terminal shows no more at once. */
const MOST_LINES = 5000;

/** Records that scroll up above an area with maps, variables and programs, which is drawn again and again. */
export class TerminalView extends TextView {
  readonly #area: LiveArea;
  #state: string[] = [];
  readonly #waiting: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #last: Snapshot | undefined;

  constructor(output: Output, records: RecordLines) {
    super(output, records);
    this.#area = new LiveArea(process.stdout, () => this.#redraw());
  }

  protected override emit(lines: readonly string[]): Promise<void> | undefined {
    this.#waiting.push(...lines);
    this.#timer ??= setTimeout(() => this.#draw(), FRAME);
    if (this.#waiting.length < MOST_LINES) return undefined;
    // The terminal is slower than the programs: its records stay in the buffer.
    return new Promise((resolve) => setTimeout(resolve, FRAME));
  }

  override snapshot(snapshot: Snapshot): void {
    this.beginRates(snapshot);
    this.#last = snapshot;
    this.#layout();
    this.#draw();
  }

  #layout(): void {
    if (this.#last === undefined) return;
    const drawing = this.drawing(10);
    const status = [...bufferLines(this.#last, drawing), this.style.dim("Ctrl-C ends")];
    const programs = programLines(this.#last, drawing);
    const rows = (rowsOf(process.stdout) ?? 24) - 1;
    const state = stateLines(this.#last, this.rates, {
      ...drawing,
      most: Math.max(3, Math.min(20, rows >> 1)),
    });
    // Records need some rows, if there are any.
    const room = Math.max(0, (this.#last.buffers.length > 0 ? rows >> 1 : rows) - status.length);
    const fitted = [...state, ...(state.length + programs.length <= room ? programs : [])].slice(0, room);
    this.#state = [...fitted, status.join("  ·  ")];
  }

  #redraw(): void {
    // The rates of this interval are known.
    this.rates.begin(0);
    this.#layout();
    this.#draw();
  }

  #draw(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#area.draw(this.#state, this.#waiting.splice(0));
  }

  override note(text: string): void {
    void this.emit([this.style.yellow(`ebpf: ${text}`)]);
  }

  protected override summary(lines: readonly string[]): void {
    void this.emit(lines);
  }

  override close(): void {
    this.#state = [];
    this.#draw();
    this.#area.close();
  }
}
