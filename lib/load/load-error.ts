import { EACCES, EAGAIN, EINVAL, EMFILE, ENFILE, EPERM, ESRCH } from "../errors/errno.ts";
import {
  type EbpfError,
  LoadError,
  NoSymbolError,
  NotSupportedError,
  PermissionError,
} from "../errors/index.ts";
import { attempt } from "../explain/attempt.ts";
import { deniedRemedy } from "../explain/denied.ts";
import type { Explanation } from "../explain/explanation.ts";
import { libbpfSays } from "../explain/last-words.ts";
import { explainLibbpf } from "../explain/libbpf.ts";
import { memoryRemedy } from "../kernel/locked-memory.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { bpfFilterRemedy } from "../native/environment.ts";
import type { NativeError } from "../native/handle.ts";
import type { ObjectSpec } from "../spec/index.ts";
import { pinMismatch } from "./pin-mismatch.ts";
import { privilegesFor } from "./privileges.ts";
import { lackFor, missingTargetOf, tooOldFor } from "./remedy.ts";
import { verifierError, verifierFrame } from "./verifier-error.ts";

/**
 * Returns the error for a failed load. It searches for the reason only after the failure. The messages of the failure
 * take precedence over the results of kernel probes.
 *
 * @param btfFile - The file with the kernel's types that libbpf used instead of those of the kernel.
 */
export function loadError(spec: ObjectSpec, error: NativeError, btfFile?: string): EbpfError {
  const { errno, log } = error;
  if (error.step === "arena") return arenaInUse(spec, error);
  if (error.step === "checksum")
    return new LoadError(`object "${spec.name}" differs from the description in its loader`, {
      log,
      errno,
      cause: error,
      remedy: "Run bpf2ts again",
    });
  const mismatch = attempt(() => pinMismatch(spec, log, { errno, cause: error }));
  if (mismatch !== undefined) return mismatch;
  const frame = outOfDescriptors(errno) ? undefined : verifierFrame(log);
  const verifier = frame && attempt(() => verifierError(spec, frame, error, btfFile));
  if (verifier === undefined) return refused(spec, error, error.subject || frame?.program);
  // libbpf probes for global variables, and omits their maps when locked memory is too low for the probe.
  const isMapMissing = /fd \d+ is not pointing to valid bpf_map/.test(verifier.log);
  const memory = isMapMissing ? memoryRemedy() : undefined;
  if (memory !== undefined)
    return new PermissionError(`cannot load "${verifier.program}" of object "${spec.name}"`, {
      operation: "load",
      errno,
      cause: verifier,
      remedy: memory,
    });
  // The kernel rejected the program before the verifier processed an instruction.
  const early = /^processed 0 insns/m.test(verifier.log);
  const isKnown = verifier.report.id !== "unknown";
  const lack = early ? (isKnown ? tooOldFor : lackFor)(spec, verifier.program) : undefined;
  if (lack === undefined) return verifier;
  const message = `cannot load "${verifier.program}" of object "${spec.name}"`;
  return new NotSupportedError(message, { operation: "load", errno, cause: verifier, remedy: lack });
}

function arenaInUse(spec: ObjectSpec, error: NativeError): LoadError {
  const { errno, log, subject = "" } = error;
  const { mapExtra = 0n } = Object.values(spec.maps).find(({ name }) => name === subject) ?? {};
  const range = `the address range that the map requires (map_extra 0x${mapExtra.toString(16)})`;
  return new LoadError(`cannot load "${subject}" of object "${spec.name}": this process uses ${range}`, {
    log,
    subject,
    errno,
    cause: error,
    remedy: `Set mapExtra of map "${subject}" to another address, or to 0n to let the kernel choose one`,
  });
}

function outOfDescriptors(errno: number): boolean {
  return errno === EMFILE || errno === ENFILE;
}

/** Returns the error for a load that failed for a reason other than the verifier. */
function refused(spec: ObjectSpec, error: NativeError, failed: string | undefined): EbpfError {
  const { errno, log } = error;
  const words = outOfDescriptors(errno) ? undefined : attempt(() => explainLibbpf(spec, errno, log));
  const subject = words?.subject ?? failed ?? /(?:map|prog) '([^']+)': /.exec(log)?.[1];
  const message = `cannot load ${subject === undefined ? "" : `"${subject}" of `}object "${spec.name}"`;
  const details = { operation: "load", errno, cause: error };
  if (words === undefined && (errno === EPERM || errno === EACCES)) {
    const privilege = attempt(() => privilegeRemedy(privilegesFor(spec)) ?? bpfFilterRemedy());
    if (privilege !== undefined) return new PermissionError(message, { ...details, remedy: privilege });
  }
  const filter = words === undefined && !outOfDescriptors(errno) ? attempt(bpfFilterRemedy) : undefined;
  if (filter !== undefined) return new PermissionError(message, { ...details, remedy: filter });
  const explanation = words ?? explainWithoutWords(spec, error, subject);
  const remedy = explanation?.remedy ?? libbpfSays(log);
  if (explanation?.denied) return new PermissionError(message, { ...details, remedy });
  const load = new LoadError(message, { log, subject, ...details, remedy });
  const old = explanation?.missing && tooOldFor(spec, subject);
  if (old !== undefined) return new NotSupportedError(message, { ...details, cause: load, remedy: old });
  if (explanation?.missing !== undefined && subject !== undefined) {
    const { symbol, nearest } = explanation.missing;
    const problem = `this kernel has no "${symbol}" to attach to`;
    return new NoSymbolError(problem, { program: subject, symbol, nearest, ...details, cause: load, remedy });
  }
  if (explanation?.lack !== true) return load;
  return new NotSupportedError(message, { ...details, cause: load, remedy });
}

function explainWithoutWords(
  spec: ObjectSpec,
  { errno, log }: NativeError,
  subject: string | undefined,
): Explanation | undefined {
  if (errno === EAGAIN) return { remedy: "A signal interrupted the verifier: load the object again" };
  const lack = lackFor(spec, subject);
  if (lack !== undefined) return { lack: true, remedy: lack };
  const missing = errno === ESRCH ? attempt(() => missingTargetOf(spec, subject)) : undefined;
  if (missing !== undefined) return missing;
  const remedy = errno === EPERM ? attempt(() => deniedRemedy(log, spec)) : undefined;
  if (remedy !== undefined) return { denied: true, remedy };
  return errno === EINVAL && libbpfSays(log) === undefined
    ? { remedy: "The kernel gives no reason: it may be too old for a flag of the object" }
    : undefined;
}
