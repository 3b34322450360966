/** Functions that the code of codecs calls: code that is compiled at run time, and modules of bpf2ts. */
export * from "./arrays.ts";
export * from "./bits.ts";
export * from "./bytes.ts";
export * from "./integers.ts";
export * from "./meant.ts";
export * from "./overlay.ts";
export * from "./text.ts";
export { at, type Path, type PathStep, type Step } from "./value-path.ts";
export * from "./wide.ts";
