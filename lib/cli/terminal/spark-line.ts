const blocks = "▁▂▃▄▅▆▇█";
const asciiBlocks = "_.-=*#";

/**
 * Draws numbers as a line of small bars, from 0 to the largest of them.
 *
 * @param width - Columns: the last numbers are drawn. Default: all.
 * @param ascii - For terminals without Unicode.
 */
export function sparkLine(values: readonly number[], width = values.length, ascii = false): string {
  const bars = ascii ? asciiBlocks : blocks;
  const shown = values.slice(-width);
  const most = Math.max(0, ...shown);
  return shown
    .map(
      (value) => bars[most === 0 ? 0 : Math.min(bars.length - 1, Math.floor((value / most) * bars.length))],
    )
    .join("");
}
