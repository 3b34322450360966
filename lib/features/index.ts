export { helperNames } from "../asm/helpers.ts";
export { attachTypeSince, iteratorSince, programTypeSince } from "../hooks/index.ts";
export { kernelBtf } from "../kernel/btf.ts";
export { kernelConfig } from "../kernel/config.ts";
export { jit } from "../kernel/jit.ts";
export { kernelAtLeast, kernelVersion } from "../kernel/version.ts";
export { type AttachFeature, activeLsms, attaching } from "./attaching.ts";
export { mapTypeSince } from "./since.ts";
export { helper, mapType, programType } from "./types.ts";
