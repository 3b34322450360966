export { type AttachFeature, activeLsms, attaching } from "./attaching.ts";
export { helperNames } from "./helpers.ts";
export { jit, kernelBtf, kernelConfig } from "./kernel.ts";
export {
  attachTypeSince,
  iteratorSince,
  kernelAtLeast,
  kernelVersion,
  mapTypeSince,
  needsLinux,
  programTypeSince,
} from "./since.ts";
export { helper, mapType, programType } from "./types.ts";
