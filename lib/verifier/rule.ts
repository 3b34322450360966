import type { Case } from "./case.ts";
import type { Finding } from "./finding.ts";

/**
 * The rank of a sentence: a cause is the reason, a remark can be, and a consequence is only if there is nothing better.
 * Unknown sentences rank between causes and remarks.
 */
export type Rank = "cause" | "remark" | "consequence";

/** A sentence of the verifier, in the wording of all kernels from 5.10 to 7.3, and its meaning. */
export interface Rule {
  /** Stable: it is part of reports. */
  readonly id: string;
  readonly words: RegExp;
  readonly rank: Rank;
  readonly explain: (groups: readonly string[], refusal: Case) => Finding;
}

export function rule(id: string, words: RegExp, explain: Rule["explain"], rank: Rank = "cause"): Rule {
  return { id, words, rank, explain };
}
