import { helperName } from "../asm/index.ts";
import { VerifierError } from "../errors/index.ts";
import { helperLack } from "../features/helper-lack.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { kernelVersion } from "../kernel/version.ts";
import { mapTypeName, type ProgramType } from "../spec/index.ts";
import { type Facts, noLines, parseLog, printReport, reportOf, type SourceLines } from "../verifier/index.ts";
import { attempt } from "./attempt.ts";
import { kernelHasFunction, missingKernelField } from "./nearest-in-kernel.ts";

/** The refused program and the verifier's log. */
export interface Refused {
  name: string;
  type: ProgramType;
  /** The name in `SEC("…")`. Empty for a program without an object. */
  section: string;
  /** The log of the verifier, without messages of libbpf. */
  log: string;
  errno: number;
}

/** Facts from the object that contains the program. */
export interface ObjectFacts
  extends Pick<Facts, "mapType" | "keptFields" | "missingNode" | "madeWithoutBtf" | "btfFile"> {
  lines?: SourceLines;
}

/** The error for a program that the verifier refused. Undefined if the log gives no reason. */
export function verifierRefusal(
  { name, type, section, log, errno }: Refused,
  { lines = noLines, ...object }: ObjectFacts = {},
): VerifierError | undefined {
  const facts: Facts = {
    program: { name, type, section },
    kernel: kernelVersion(),
    helperName: (number) => {
      const helper = helperName(number);
      return helper === undefined ? undefined : `bpf_${helper}`;
    },
    helperRefusal: (helper) => attempt(() => helperLack(type, helper)),
    missingPerfmon: () => attempt(() => privilegeRemedy(["perfmon"])),
    mapTypeName,
    hasFunction: (name) => attempt(() => kernelHasFunction(name)),
    missingField: (struct, path) => attempt(() => missingKernelField(struct, path, object.btfFile)),
    ...object,
  };
  const report = reportOf(parseLog(log), facts, lines);
  return report && new VerifierError({ log, report, print: printReport, errno });
}
