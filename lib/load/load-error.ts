import { readFileSync } from "node:fs";
import { EACCES, EINVAL, EPERM } from "../errno.ts";
import { type EbpfError, LoadError, PermissionError, VerifierError } from "../errors.ts";
import type { NativeError } from "../native/handle.ts";
import { findVerifierFailure } from "./verifier-log.ts";

/** The error for a failed load. Probing why comes only now, after the failure. */
export function loadError(object: string, error: NativeError): EbpfError {
  const { errno, log } = error;
  const failure = findVerifierFailure(log);
  if (failure !== undefined && failure.log.trim() !== "") return new VerifierError(failure, { errno });
  const subject = error.subject || failure?.program;
  const what = subject === undefined ? `object "${object}"` : `"${subject}" of object "${object}"`;
  if ((errno === EPERM || errno === EACCES) && !mayLoad())
    return new PermissionError(`cannot load ${what}`, {
      operation: "load",
      errno,
      cause: error,
      remedy:
        "Run as root, or with CAP_BPF and, for tracing or networking programs, CAP_PERFMON or CAP_NET_ADMIN",
    });
  return new LoadError(`cannot load ${what}`, log, subject, {
    errno,
    cause: error,
    remedy: remedyFor(errno, log),
  });
}

const CAP_SYS_ADMIN = 21n;
const CAP_BPF = 39n;

function mayLoad(): boolean {
  const effective = /^CapEff:\s*([0-9a-f]+)/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  if (effective === undefined) return true;
  const mask = BigInt(`0x${effective}`);
  return ((mask >> CAP_SYS_ADMIN) & 1n) === 1n || ((mask >> CAP_BPF) & 1n) === 1n;
}

function remedyFor(errno: number, log: string): string | undefined {
  const words = firstWarning(log);
  if (words !== undefined) return `libbpf says: ${words}`;
  if (errno === EINVAL)
    return "This kernel may be too old for a map type, a program type or a flag of the object";
  if (errno === EPERM)
    return "The kernel refused although the privilege is there: it may be locked down or built without this";
  return undefined;
}

/** The first thing libbpf complained of is the cause; what follows are its consequences. */
function firstWarning(log: string): string | undefined {
  const line = log.split("\n").find((text) => text.startsWith("libbpf: ") && !text.includes("-- BEGIN"));
  return line?.slice("libbpf: ".length).trim();
}
