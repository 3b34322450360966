/**
 * The functions that the loaders of `bpf2ts` and of `ebpf/codegen` call. Programs rarely need them. Run
 * `bpf2ts` again after an update of the package to another major version.
 *
 * Functions named `as…` check a value before it is stored. A `path` is the place of the value for the message of an
 * error, and a `step` is the last part of the place. An `offset` is in bytes from the start of the view.
 *
 * @example
 * ```ts
 * import { asU16, at, le } from "ebpf/generated";
 * const view = new DataView(new ArrayBuffer(16));
 * view.setUint16(0, asU16(443, at("event", "port")), true);
 * console.log(le.u16.read(view, 0)); // 443
 * ```
 *
 * @module ebpf/generated
 */

export { KernelTime } from "../format/kernel-time.ts";
export { fromBase64 } from "./base64.ts";
export type { Codec } from "./codec.ts";
export { generatedCodec } from "./generated-codec.ts";
export * from "./parts/index.ts";
export { be, le, type Scalars } from "./scalars.ts";
export type { omittable, Storable } from "./storable.ts";
export { copyFrom, type PlacedView, ViewPlace } from "./view.ts";
