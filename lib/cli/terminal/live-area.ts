import { rowsOf } from "./size.ts";
import type { OutputStream } from "./style.ts";
import { widthOf } from "./text.ts";

interface Terminal extends OutputStream {
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

// A terminal that supports the mode shows a frame only after all of it has arrived.
const begin = "\x1b[?2026h";
const end = "\x1b[?2026l";
const hideCursor = "\x1b[?25l";
const showCursor = "\x1b[?25h";
const eraseBelow = "\x1b[J";
const eraseLine = "\x1b[K";

/**
 * Lines at the bottom of the output that are drawn again and again, below other lines that scroll up.
 *
 * One frame is one write, and only the ends of lines are erased, so nothing flickers. `close` leaves the cursor below the
 * last frame.
 */
export class LiveArea {
  readonly #terminal: Terminal;
  readonly #onResize: (() => void) | undefined;
  #drawn: string[] = [];

  /** @param onResize - Called after the terminal has changed its size: to draw again. */
  constructor(terminal: Terminal, onResize?: () => void) {
    this.#terminal = terminal;
    this.#onResize = onResize;
    if (onResize !== undefined) terminal.on("resize", onResize);
    terminal.write(hideCursor);
  }

  /** The most rows that the area may have. */
  get rows(): number {
    return (rowsOf(this.#terminal) ?? 24) - 1;
  }

  /**
   * Draws the area.
   *
   * @param lines - Not wider than the terminal. Lines that do not fit its height are left out.
   * @param above - Lines that are written once and scroll up.
   */
  draw(lines: readonly string[], above: readonly string[] = []): void {
    const shown = lines.slice(0, Math.max(0, this.rows));
    const text = [...above, ...shown].map((line) => `${line}${eraseLine}\n`).join("");
    this.#terminal.write(`${begin}${this.#toTop()}${text}${eraseBelow}${end}`);
    this.#drawn = shown;
  }

  /**
   * Returns the escape sequence from below the area to its first line. A terminal that has become narrower has wrapped
   * the lines.
   */
  #toTop(): string {
    const columns = this.#terminal.columns || 80;
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
    return rows === 0 ? "\r" : `\x1b[${rows}F`;
  }

  /** Removes the area, or leaves its last frame. */
  close(last: "erase" | "keep" = "erase"): void {
    if (this.#onResize !== undefined) this.#terminal.off("resize", this.#onResize);
    this.#terminal.write(`${last === "erase" ? `${this.#toTop()}${eraseBelow}` : ""}${showCursor}`);
    this.#drawn = [];
  }
}
