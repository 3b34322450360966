import { helperName } from "../asm/index.ts";
import { VerifierError } from "../errors.ts";
import { attempt } from "../explain/attempt.ts";
import { helperRefusal } from "../explain/helper-refusal.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { kernelVersion } from "../kernel/version.ts";
import { mapTypeName, type ObjectSpec } from "../spec/index.ts";
import { type Facts, parseLog, printReport, reportOf } from "../verifier/index.ts";
import { sourceLines } from "./source-lines.ts";

// libbpf frames the verifier's log so (bpf_object_load_prog).
const frame = /prog '([^']*)': -- BEGIN PROG LOAD LOG --\n([\s\S]*?)-- END PROG LOAD LOG --/g;

export interface VerifierFrame {
  program: string;
  /** The verifier's log alone, without libbpf's words. */
  log: string;
}

/** The last verifier's log in libbpf's messages; undefined when there is none, or an empty one. */
export function verifierFrame(messages: string): VerifierFrame | undefined {
  const last = [...messages.matchAll(frame)].at(-1);
  if (last === undefined) return undefined;
  const [, program = "", log = ""] = last;
  return log.trim() === "" ? undefined : { program, log };
}

/** The error for a refusal of the verifier; undefined when its log gives no reason. */
export function verifierError(
  spec: ObjectSpec,
  { program, log }: VerifierFrame,
  { errno, log: messages }: { errno: number; log: string },
): VerifierError | undefined {
  const lines = sourceLines(spec, program);
  const report = reportOf(parseLog(log), factsOf(spec, program, messages), lines);
  if (report === undefined) return undefined;
  return new VerifierError({ log, report, print: printReport }, { errno });
}

function factsOf(spec: ObjectSpec, name: string, messages: string): Facts {
  const program = Object.values(spec.programs).find((each) => each.name === name);
  const type = program?.type ?? "unspec";
  // The kernel has 15 characters of a map's name.
  const mapOf = (map: string) =>
    Object.values(spec.maps).find((each) => each.name === map || each.kernelName === map);
  return {
    program: { name, type, section: program?.section ?? "" },
    kernel: kernelVersion(),
    helperName,
    helperRefusal: (helper) => attempt(() => helperRefusal(type, helper)),
    missingPerfmon: () => attempt(() => privilegeRemedy(["perfmon"])),
    mapTypeName,
    mapType: (map) => mapOf(map)?.type,
    madeWithoutBtf: (map) => {
      const libbpfName = mapOf(map)?.name ?? map;
      for (const [, failed, why] of messages.matchAll(
        /Error in bpf_create_map_xattr\(([^)]*)\): (?:-|)(\w+)\S*\. Retrying without BTF\./g,
      ))
        if (failed === libbpfName) return why;
      return undefined;
    },
  };
}
