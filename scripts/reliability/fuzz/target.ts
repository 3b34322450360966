import type { Random } from "../../../test/support/random.ts";

/** A reader of foreign bytes. */
export interface Target {
  readonly name: string;
  readonly seeds: readonly Uint8Array[];
  /** A changed copy of a seed, or of an input that led to new code. */
  mutate(input: Uint8Array, random: Random): Uint8Array;
  /** Reads an input. It may throw EbpfError, and nothing else. */
  read(input: Uint8Array): void;
  /** Milliseconds of processor time that one input may take. Default 5000. */
  readonly limit?: number;
  /** How many inputs are read before coverage is asked for. Default 8. */
  readonly batch?: number;
  /** Whether refused inputs that led to new code are changed further. Default true. */
  readonly keepsRefused?: boolean;
}
