import { EACCES, EMFILE, ENFILE, ENOMEM, EPERM } from "../errno.ts";
import { type EbpfError, LoadError, NotSupportedError, PermissionError, VerifierError } from "../errors.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import type { NativeError } from "../native/handle.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { findVerifierFailure, type VerifierFailure } from "../verifier/verifier-log.ts";
import { adviceFor, privilegesFor } from "./advice.ts";
import { lackFor, remedyFor } from "./remedy.ts";
import { sourceLine } from "./source-line.ts";

/** The error for a failed load. Finding out why comes only now, after the failure. */
export function loadError(spec: ObjectSpec, error: NativeError): EbpfError {
  const { errno, log } = error;
  const failure = findVerifierFailure(log);
  // The errno counts before the log: the verifier passed the program, and the kernel had no descriptor for it.
  if (errno === EMFILE || errno === ENFILE) return noDescriptor(spec, error, failure?.program);
  if (errno !== ENOMEM && failure !== undefined && failure.log.trim() !== "") {
    const refused = verifierError(spec, failure, errno);
    // Refused for what the program is, before the verifier has looked at what it does.
    const lack = /^processed 0 insns/m.test(failure.log)
      ? lackFor(spec, failure.program, errno, log)
      : undefined;
    if (lack === undefined) return refused;
    const message = `cannot load "${failure.program}" of object "${spec.name}"`;
    return new NotSupportedError(message, { operation: "load", errno, cause: refused, remedy: lack });
  }
  const subject = error.subject || failure?.program || /(?:map|prog) '([^']+)': /.exec(log)?.[1];
  const what = subject === undefined ? `object "${spec.name}"` : `"${subject}" of object "${spec.name}"`;
  const message = `cannot load ${what}`;
  const details = { operation: "load", errno, cause: error };
  const privilege = errno === EPERM || errno === EACCES ? privilegeRemedy(privilegesFor(spec)) : undefined;
  if (privilege !== undefined) return new PermissionError(message, { ...details, remedy: privilege });
  const lack = lackFor(spec, subject, errno, log);
  const remedy = lack ?? remedyFor(spec, subject, errno, log);
  const failed = new LoadError(message, log, subject, { ...details, remedy });
  if (lack === undefined) return failed;
  return new NotSupportedError(message, { ...details, cause: failed, remedy: lack });
}

function noDescriptor(
  spec: ObjectSpec,
  { errno, log, subject }: NativeError,
  program: string | undefined,
): LoadError {
  const part = subject || program;
  const what = part === undefined ? `object "${spec.name}"` : `"${part}" of object "${spec.name}"`;
  return new LoadError(`cannot load ${what}`, log, part, { operation: "load", errno });
}

function verifierError(spec: ObjectSpec, failure: VerifierFailure, errno: number): VerifierError {
  const { program, log, reason, at, acquired } = failure;
  const from = acquired && sourceLine(spec, program, acquired);
  const type = Object.values(spec.programs).find(({ name }) => name === program)?.type ?? "unspec";
  const advice = adviceFor(failure, type);
  const remedy = from === undefined ? advice : `It was acquired at ${from}\n  ${advice}`;
  const source = at && sourceLine(spec, program, at);
  return new VerifierError({ program, log, reason, instruction: at?.text, source }, { errno, remedy });
}
