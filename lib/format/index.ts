/** Numbers, addresses, times and stacks as text. */
export { type FlameGraphOptions, flameGraph } from "./flame-graph.ts";
export { Histogram, type HistogramTextOptions, type LinearSlots } from "./histogram.ts";
export type { HistogramSlot } from "./histogram-slot.ts";
export { formatIP, formatIPv4, formatIPv6 } from "./ip.ts";
export { KernelTime } from "./kernel-time.ts";
export { formatMac } from "./mac.ts";
export { type CountedStack, foldStacks } from "./stacks.ts";
export { wallTime } from "./wall-time.ts";
