export { type TracePipeOptions, tracePipe } from "./read-trace-pipe.ts";
export type { TraceLine } from "./trace-line.ts";
