/** The generator behind `bpf2ts`, for build tools. @module */
export { type Compiled, type CompileOptions, compile } from "./compile-c.ts";
export { describeObject } from "./describe-object.ts";
export { generate } from "./generate.ts";
export type { WantedType } from "./loader-records.ts";
export type { Generated, GeneratedFile, GenerateOptions } from "./options.ts";
export { strip } from "./strip.ts";
export { type CpuHeaders, type Target, targetNames, targetOf } from "./targets.ts";
