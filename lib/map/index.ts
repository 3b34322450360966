export { MapBase, type MapInfo } from "./base.ts";
export { BatchCursor, MapBatch } from "./batch.ts";
export type { ReadOptions, UpdateMode, UpdateOptions } from "./element.ts";
export { BpfMap } from "./map.ts";
