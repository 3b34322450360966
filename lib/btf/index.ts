export { Btf, type BtfOptions } from "./btf.ts";
export { BtfBuilder, type BtfBuilderOptions } from "./builder.ts";
export { cHeader, type HeaderOptions } from "./c/c-header.ts";
export { type PrintCOptions, printC } from "./c/print-c.ts";
export type { BtfDescription, BtfMemberDescription, BtfReference } from "./description.ts";
export { type ExtContents, encodeExt } from "./encode-ext.ts";
export { BtfExt, type CoreRelocation, type FuncInfo, type LineInfo, readLine } from "./ext.ts";
export type * from "./types.ts";
