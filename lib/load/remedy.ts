import { attempt } from "../explain/attempt.ts";
import type { Explanation } from "../explain/explanation.ts";
import { missingTarget, noTarget } from "../explain/libbpf.ts";
import { mapLack } from "../explain/map-lack.ts";
import {
  activeLsms,
  attaching,
  attachTypeSince,
  iteratorSince,
  programType,
  programTypeSince,
} from "../features/index.ts";
import { sleepableSince, xdpFragsSince } from "../hooks/index.ts";
import { kernelBtf } from "../kernel/kernel-btf.ts";
import { needsLinux } from "../kernel/version.ts";
import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";

/**
 * Returns the feature that the kernel lacks for a rejected map or program, found by probing; undefined when
 * nothing is known to be missing.
 */
export function lackFor(spec: ObjectSpec, subject: string | undefined): string | undefined {
  const program = find(spec.programs, subject);
  const map = find(spec.maps, subject);
  return attempt(() => (program && (tooOld(program) ?? programLack(program))) ?? (map && mapLack(map)));
}

/** The remedy for a program of a kind that needs a later Linux than this one. */
export function tooOldFor(spec: ObjectSpec, subject: string | undefined): string | undefined {
  const program = find(spec.programs, subject);
  return program && attempt(() => tooOld(program));
}

/**
 * The missing target after ESRCH without a message. libbpf prints nothing if an edited target is not in the kernel's
 * BTF.
 */
export function missingTargetOf(spec: ObjectSpec, subject: string | undefined): Explanation | undefined {
  const program = find(spec.programs, subject);
  if (program?.attachTo === undefined || program.attachProgram !== undefined || !kernelBtf())
    return undefined;
  // SEC("iter/")
  if (program.attachTo === "") return noTarget(program.name);
  return missingTarget(program.attachTo, program.attachType);
}

function find<T extends { readonly name: string }>(all: Record<string, T>, name: string | undefined) {
  return Object.values(all).find((each) => each.name === name);
}

function tooOld({ type, attachType, attachTo, sleepable, xdpFrags }: ProgramSpec): string | undefined {
  const isIterator = attachType === "trace-iter" && attachTo !== undefined;
  return (
    (isIterator ? needsLinux(iteratorSince(attachTo)) : undefined) ??
    needsLinux(programTypeSince(type)) ??
    (attachType && needsLinux(attachTypeSince(attachType))) ??
    (sleepable ? needsLinux(sleepableSince(type)) : undefined) ??
    (xdpFrags ? needsLinux(xdpFragsSince) : undefined)
  );
}

function programLack(program: ProgramSpec): string | undefined {
  const { type, attachType } = program;
  if (type === "unspec") return undefined;
  const trampoline = type === "lsm" || type === "ext" || /^(trace-f|modify-return)/.test(attachType ?? "");
  if (trampoline) {
    if (!attaching("fentry")) {
      return `This kernel cannot attach to functions by BTF, as programs of section "${program.section}" do`;
    }
    const lsms = type === "lsm" ? activeLsms() : undefined;
    if (lsms !== undefined && !lsms.includes("bpf")) {
      return `"bpf" is not an active security module of this kernel (${lsms.join(",")}): boot with lsm=…,bpf`;
    }
    return undefined;
  }
  return programType(type) ? undefined : `This kernel was built without programs of type "${type}"`;
}
