import type { Step } from "./log.ts";
import type { SourcePlace } from "./source-lines.ts";

/** A relevant step and its event. */
export interface Mark {
  readonly step: Step;
  readonly label: string;
}

/**
 * The kinds of faults that share a sentence of the verifier with another kind, or have none. The path to the fault
 * distinguishes them.
 */
export const findingIds = [
  "invalid-call",
  "null-here",
  "packet-stale",
  "recursion",
  "release-offset",
  "stack-uninitialized",
  "used-after-release",
] as const;

export type FindingId = (typeof findingIds)[number];

/** The result of a rule for a sentence. */
export interface Finding {
  /** The kind of fault, if it is more specific than that of the rule. */
  readonly id?: FindingId | undefined;
  /** The fault in one line, without a full stop. */
  readonly title: string;
  /** The place, when it is not the instruction at which the verifier stopped. */
  readonly at?: Step | undefined;
  /** The place of the fault when it is not a step of the path. */
  readonly place?: SourcePlace | undefined;
  /** The problem at that place, in a few words. */
  readonly label?: string | undefined;
  /** The places of the events that led to it. */
  readonly marks?: readonly (Mark | undefined)[] | undefined;
  readonly notes?: readonly (string | undefined)[] | undefined;
  /** The remedy; undefined when unknown. */
  readonly help?: string | undefined;
}
