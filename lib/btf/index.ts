export { Btf, type BtfOptions } from "./btf.ts";
export type * from "./types.ts";
