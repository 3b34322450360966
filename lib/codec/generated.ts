/**
 * The functions that loaders of bpf2ts import as `ebpf/generated`.
 *
 * @packageDocumentation
 */

export { KernelTime } from "../format/kernel-time.ts";
export { fromBase64 } from "./base64.ts";
export type { Codec } from "./codec.ts";
export { generatedCodec } from "./generated-codec.ts";
export * from "./parts/index.ts";
export { be, le } from "./scalars.ts";
export type { omittable, Storable } from "./storable.ts";
export { copyFrom, type PlacedView, ViewPlace } from "./view.ts";
