export { Btf, type BtfOptions } from "./btf.ts";
export { BtfExt, type CoreRelocation, type FuncInfo, type LineInfo, readLine } from "./ext.ts";
export type * from "./types.ts";
