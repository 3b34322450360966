import { rowsOf } from "./size.ts";
import type { OutputStream } from "./style.ts";

interface Terminal extends OutputStream {
  write(text: string): unknown;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

const begin = "\x1b[?2026h";
const end = "\x1b[?2026l";

/**
 * The whole terminal, drawn again and again on its alternate screen. `close` brings back what was there before.
 *
 * One frame is one write, and only the ends of lines are erased, so nothing flickers.
 */
export class FullScreen {
  readonly #terminal: Terminal;
  readonly #onResize: () => void;

  /** @param onResize - Called after the terminal has changed its size: to draw again. */
  constructor(terminal: Terminal, onResize: () => void) {
    this.#terminal = terminal;
    this.#onResize = onResize;
    terminal.on("resize", onResize);
    terminal.write("\x1b[?1049h\x1b[?25l\x1b[2J");
  }

  /** Rows of the terminal. */
  get rows(): number {
    return rowsOf(this.#terminal) ?? 24;
  }

  /** Draws a frame. Lines that do not fit the height are left out. No line may be wider than the terminal. */
  draw(lines: readonly string[]): void {
    const text = lines
      .slice(0, this.rows)
      .map((line) => `${line}\x1b[K`)
      .join("\r\n");
    this.#terminal.write(`${begin}\x1b[H${text}\x1b[J${end}`);
  }

  close(): void {
    this.#terminal.off("resize", this.#onResize);
    this.#terminal.write("\x1b[?25h\x1b[?1049l");
  }
}
