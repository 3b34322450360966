import type { Case } from "./case.ts";
import type { Finding } from "./finding.ts";

/**
 * How much a sentence says: a cause is the reason, a remark may be, a consequence only where nothing better is said.
 * Sentences that no rule knows stand between causes and remarks.
 */
export type Rank = "cause" | "remark" | "consequence";

/** A sentence of the verifier, in the words of all kernels from 5.10 to 7.3, and what it means. */
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
