/** Examines machines and objects: what works, and if not, why. */
export { attachHere } from "./attach-trial.ts";
export { examineElsewhere } from "./elsewhere.ts";
export { examineHere } from "./here.ts";
export { KernelFiles } from "./kernel-files.ts";
export { type Check, examineMachine, type Health } from "./machine.ts";
export { adaptsToKernel, codeNeeds, kindNeeds, mapNeeds, type Need } from "./needs.ts";
export {
  type Answer,
  explained,
  isWell,
  type ObjectReport,
  type Place,
  type ProgramVerdict,
  type Verdict,
} from "./verdict.ts";
