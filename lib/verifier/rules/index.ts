import type { Rule } from "../rule.ts";
import { argumentRules } from "./arguments.ts";
import { boundsRules } from "./bounds.ts";
import { contextRules } from "./context.ts";
import { dereferenceRules } from "./dereference.ts";
import { dynptrRules } from "./dynptr.ts";
import { helperRules } from "./helpers.ts";
import { kfuncRules } from "./kfuncs.ts";
import { limitRules } from "./limits.ts";
import { lockRules } from "./locks.ts";
import { memoryRules } from "./memory.ts";
import { nullRules } from "./null.ts";
import { packetRules } from "./packet.ts";
import { pointerRules } from "./pointers.ts";
import { privilegeRules } from "./privilege.ts";
import { programRules } from "./program.ts";
import { referenceRules } from "./references.ts";
import { stackRules } from "./stack.ts";

/** All known sentences of verifiers. The first matching rule explains a sentence. */
export const rules: readonly Rule[] = [
  ...nullRules,
  ...privilegeRules,
  ...pointerRules,
  ...dereferenceRules,
  ...packetRules,
  ...memoryRules,
  ...boundsRules,
  ...stackRules,
  ...referenceRules,
  ...lockRules,
  ...limitRules,
  ...contextRules,
  ...helperRules,
  ...kfuncRules,
  ...dynptrRules,
  ...argumentRules,
  ...programRules,
];
