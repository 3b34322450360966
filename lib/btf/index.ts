export { Btf, type BtfOptions } from "./btf.ts";
export { BtfBuilder, type BtfBuilderOptions } from "./builder.ts";
export type { BtfDescription, BtfMemberDescription, BtfReference } from "./description.ts";
export { BtfExt, type CoreRelocation, type FuncInfo, type LineInfo, readLine } from "./ext.ts";
export type * from "./types.ts";
