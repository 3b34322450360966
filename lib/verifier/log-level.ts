import { type Check, choiceOf } from "../arguments/index.ts";

// BPF_LOG_LEVEL1, BPF_LOG_LEVEL2, BPF_LOG_STATS (include/linux/bpf_verifier.h).
const logLevels = { none: 0, brief: 1, full: 2, stats: 4 } as const;

/** The verbosity of the verifier log of an accepted program. */
export type LogLevel = keyof typeof logLevels;

/** The number of a level. */
export const checkLogLevel: Check<number> = choiceOf(logLevels);
