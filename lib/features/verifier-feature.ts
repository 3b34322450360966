import { checkName } from "../arguments/index.ts";
import { add, exit, type Item, jne, label, mov, r0 } from "../asm/index.ts";
import { UnknownNameError } from "../errors/index.ts";
import { tryLoad } from "./load.ts";
import { question } from "./question.ts";

/** The features, each with its first Linux and a program that only verifiers with the feature accept. */
const rows = {
  // The limit was 4096 instructions.
  "large-programs": { since: "5.2", program: () => [...new Array<Item>(4097).fill(mov(r0, 0)), exit()] },
  "bounded-loops": {
    since: "5.3",
    program: () => [mov(r0, 0), label("again"), add(r0, 1), jne(r0, 10, "again"), exit()],
  },
} as const satisfies Record<string, { since: string; program: () => Item[] }>;

/** A feature of the verifier: `large-programs` of up to a million instructions, or `bounded-loops`. */
export type VerifierFeature = keyof typeof rows;

/** The features that `verifier` probes. */
export const verifierFeatures = Object.keys(rows) as VerifierFeature[];

/** The first Linux whose verifier has a feature. */
export function verifierSince(feature: VerifierFeature): string {
  return rowOf(feature).since;
}

/**
 * Whether the verifier of this kernel accepts programs of more than 4096 instructions, or loops that end.
 *
 * @throws {@link UnknownNameError} when no feature has that name.
 * @throws {@link PermissionError}, {@link SystemError} as `programType` does.
 */
export function verifier(feature: VerifierFeature): boolean {
  const { program } = rowOf(feature);
  return question(`verifier feature "${feature}"`, ["bpf"], () => {
    // Loaded without a log, which would overflow.
    const { status } = tryLoad({ type: "socket-filter", instructions: program(), quiet: true });
    return status === 0 ? 1 : status;
  });
}

function rowOf(feature: VerifierFeature): (typeof rows)[VerifierFeature] {
  checkName(feature, "verifier feature");
  if (!Object.hasOwn(rows, feature))
    throw new UnknownNameError({ what: "verifier feature", wanted: feature, known: verifierFeatures });
  return rows[feature];
}
