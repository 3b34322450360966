export { helperNames } from "../asm/helpers.ts";
export { attachTypeSince, iteratorSince, programTypeSince, programTypes } from "../hooks/index.ts";
export { kernelConfig } from "../kernel/config.ts";
export { jit } from "../kernel/jit.ts";
export { kernelBtf } from "../kernel/kernel-btf.ts";
export { kernelAtLeast, kernelVersion } from "../kernel/version.ts";
export { mapTypeSince } from "../spec/index.ts";
export { mapTypes } from "../spec/map-types.ts";
export { type AttachFeature, activeLsms, attachFeatures, attaching, attachingSince } from "./attaching.ts";
export { helperSince } from "./helper-since.ts";
export {
  type InstructionSet,
  instructionSet,
  instructionSetSince,
  instructionSets,
} from "./instruction-set.ts";
export { kfunc } from "./kfunc.ts";
export { mapFlag, mapFlagSince, type ProbedMapFlag, probedMapFlags } from "./map-flag.ts";
/** Functions that return features as data with a reason, and `unknown` when the kernel cannot be probed. */
export * as probe from "./probe.ts";
export { helper, mapType, programType } from "./probe-types.ts";
export type { Support } from "./support.ts";
export { token } from "./token.ts";
export { type VerifierFeature, verifier, verifierFeatures, verifierSince } from "./verifier-feature.ts";
