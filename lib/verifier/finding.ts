import type { Step } from "./log.ts";
import type { SourcePlace } from "./source-lines.ts";

/** A step that matters, and what happened there. */
export interface Mark {
  readonly step: Step;
  readonly label: string;
}

/** What one sentence of the verifier may mean, told apart by the path to it. */
export const findingIds = ["null-here", "packet-stale", "used-after-release"] as const;

export type FindingId = (typeof findingIds)[number];

/** What a rule makes of a sentence. */
export interface Finding {
  /** The kind of fault, where it is narrower than the rule's. */
  readonly id?: FindingId | undefined;
  /** What is wrong, in one line without a full stop. */
  readonly title: string;
  /** Where, when it is not the instruction that the verifier stopped at. */
  readonly at?: Step | undefined;
  /** The same, for what is no step of the path. */
  readonly place?: SourcePlace | undefined;
  /** What is wrong there, in a few words. */
  readonly label?: string | undefined;
  /** Where what led to it happened. */
  readonly marks?: readonly (Mark | undefined)[] | undefined;
  readonly notes?: readonly (string | undefined)[] | undefined;
  /** What to do; undefined where nothing is known to be right. */
  readonly help?: string | undefined;
}
