import { helperName } from "../asm/index.ts";
import { VerifierError } from "../errors.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { kernelVersion } from "../kernel/version.ts";
import { mapTypeName, type ProgramType } from "../spec/index.ts";
import { type Facts, noLines, parseLog, printReport, reportOf, type SourceLines } from "../verifier/index.ts";
import { attempt } from "./attempt.ts";
import { helperRefusal } from "./helper-refusal.ts";

/** What was refused. */
export interface Refused {
  name: string;
  type: ProgramType;
  /** As in `SEC("…")`; empty for a program that came from no object. */
  section: string;
  /** The verifier's log alone. */
  log: string;
  errno: number;
}

/** What an object knows besides. */
export interface ObjectFacts extends Pick<Facts, "mapType" | "madeWithoutBtf"> {
  lines?: SourceLines;
}

/** The error for a refusal of the verifier; undefined when its log gives no reason. */
export function verifierRefusal(
  { name, type, section, log, errno }: Refused,
  { lines = noLines, ...object }: ObjectFacts = {},
): VerifierError | undefined {
  const facts: Facts = {
    program: { name, type, section },
    kernel: kernelVersion(),
    helperName,
    helperRefusal: (helper) => attempt(() => helperRefusal(type, helper)),
    missingPerfmon: () => attempt(() => privilegeRemedy(["perfmon"])),
    mapTypeName,
    ...object,
  };
  const report = reportOf(parseLog(log), facts, lines);
  return report && new VerifierError({ log, report, print: printReport }, { errno });
}
