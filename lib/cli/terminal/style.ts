import { styleText } from "node:util";

type Format = Parameters<typeof styleText>[0];

/** Text attributes of one output stream. Each function returns its argument when the stream does not support colours. */
export type Style = Readonly<
  Record<"bold" | "dim" | "red" | "green" | "yellow" | "blue" | "magenta" | "cyan", (text: string) => string>
>;

/** A stream that may be a terminal: `process.stdout`, `process.stderr`. */
export interface OutputStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
}

/**
 * Returns the text attributes of a stream: none unless it is a terminal with colours. `NO_COLOR`, `FORCE_COLOR` and
 * `TERM=dumb` are respected.
 */
export function styleOf(stream: OutputStream): Style {
  // FORCE_COLOR is for pipes too, whose streams have no hasColors.
  const { FORCE_COLOR = "" } = process.env;
  const forced = !["", "0", "false"].includes(FORCE_COLOR);
  const coloured = stream.isTTY === true ? stream.hasColors?.() === true : forced;
  const format = (name: Format) => (text: string) =>
    coloured && text !== "" ? styleText(name, text, { validateStream: false }) : text;
  return {
    bold: format("bold"),
    dim: format("dim"),
    red: format("red"),
    green: format("green"),
    yellow: format("yellow"),
    blue: format("blue"),
    magenta: format("magenta"),
    cyan: format("cyan"),
  };
}
