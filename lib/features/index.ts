export { helperNames } from "../asm/helpers.ts";
export { attachTypeSince, iteratorSince, programTypeSince } from "../hooks/index.ts";
export { kernelConfig } from "../kernel/config.ts";
export { jit } from "../kernel/jit.ts";
export { kernelBtf } from "../kernel/kernel-btf.ts";
export { kernelAtLeast, kernelVersion } from "../kernel/version.ts";
export { type AttachFeature, activeLsms, attaching } from "./attaching.ts";
export { helper, mapType, programType } from "./probe-types.ts";
export { mapTypeSince } from "./since.ts";
