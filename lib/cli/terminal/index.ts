/** Output on terminals and into pipes, for all commands. */
export { FullScreen } from "./full-screen.ts";
export { jsonLine } from "./json-line.ts";
export { LiveArea } from "./live-area.ts";
export { formatBytes, formatCount, formatDuration } from "./numbers.ts";
export { Output } from "./output.ts";
export { columnsOf, rowsOf } from "./size.ts";
export { sparkLine } from "./spark-line.ts";
export { type OutputStream, type Style, styleOf } from "./style.ts";
export { type Column, fitWidths, formatRow, formatTable, type TableOptions } from "./table.ts";
export { pad, printable, shorten, widthOf } from "./text.ts";
export { drawsUnicode } from "./unicode.ts";
