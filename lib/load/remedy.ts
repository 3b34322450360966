import { readFileSync } from "node:fs";
import { Btf } from "../btf/index.ts";
import { EINVAL, EPERM, ESRCH } from "../errno.ts";
import { nearestNames } from "../errors.ts";
import {
  activeLsms,
  attaching,
  attachTypeSince,
  iteratorSince,
  kernelBtf,
  kernelConfig,
  mapType,
  mapTypeSince,
  needsLinux,
  programType,
  programTypeSince,
} from "../features/index.ts";
import { type AttachType, type MapSpec, mapFlags, type ObjectSpec, type ProgramSpec } from "../spec/index.ts";

/**
 * What the kernel lacks for a load that failed without a word of the verifier, as far as probing it tells; undefined
 * when nothing is known to be missing.
 */
export function lackFor(
  spec: ObjectSpec,
  subject: string | undefined,
  errno: number,
  log: string,
): string | undefined {
  const program = find(spec.programs, subject);
  return (
    missingBtf(log) ??
    missingIterator(program) ??
    (wantedFunction(program, errno, log) === undefined ? programLack(program) : undefined) ??
    mapLack(find(spec.maps, subject))
  );
}

/** What explains a load that failed for another reason. */
export function remedyFor(
  spec: ObjectSpec,
  subject: string | undefined,
  errno: number,
  log: string,
): string | undefined {
  const wanted = wantedFunction(find(spec.programs, subject), errno, log);
  return (wanted && missingFunction(wanted)) ?? libbpfSays(log) ?? generalRemedy(errno);
}

function find<T extends { readonly name: string }>(all: Record<string, T>, name: string | undefined) {
  return Object.values(all).find((each) => each.name === name);
}

function missingBtf(log: string): string | undefined {
  if (!log.includes("failed to find valid kernel BTF") || kernelBtf()) return undefined;
  const config = kernelConfig("DEBUG_INFO_BTF");
  const because = config === "n" ? " (CONFIG_DEBUG_INFO_BTF is not set)" : "";
  return `The kernel brings no BTF${because}: give a file with its types as kernelBtf`;
}

// How the kernel's BTF calls what programs are attached to.
const prefixes: Partial<Record<AttachType, string>> = {
  "trace-raw-tp": "btf_trace_",
  "trace-iter": "bpf_iter_",
  "lsm-mac": "bpf_lsm_",
  "lsm-cgroup": "bpf_lsm_",
};

/** What an fentry, LSM or tp_btf program names and the kernel's BTF does not have. */
function wantedFunction(program: ProgramSpec | undefined, errno: number, log: string): string | undefined {
  if (!kernelBtf()) return undefined;
  const named = /failed to find kernel BTF type ID of '([^']+)'/.exec(log)?.[1];
  if (named !== undefined || errno !== ESRCH || program === undefined) return named;
  // libbpf is silent about one that was edited.
  const { attachTo, attachType } = program;
  return attachTo && (attachType === undefined ? "" : (prefixes[attachType] ?? "")) + attachTo;
}

function missingFunction(wanted: string): string {
  const [prefix = ""] = /^(bpf_lsm_|btf_trace_|bpf_iter_)?/.exec(wanted) ?? [];
  const btf = Btf.parse(readFileSync("/sys/kernel/btf/vmlinux"));
  const names = new Set<string>();
  for (const type of btf.types()) {
    if ((type.kind === "func" || type.kind === "typedef") && type.name.startsWith(prefix)) {
      if (type.kind === "func" || prefix === "btf_trace_") names.add(type.name.slice(prefix.length));
    }
  }
  const nearest = nearestNames(wanted.slice(prefix.length), names);
  const have = nearest.length > 0 ? `; it has ${nearest.join(", ")}` : "";
  return `This kernel has no "${wanted.slice(prefix.length)}" to attach to${have}`;
}

function missingIterator(program: ProgramSpec | undefined): string | undefined {
  if (program?.attachType !== "trace-iter" || program.attachTo === undefined) return undefined;
  return needsLinux(iteratorSince(program.attachTo));
}

function programLack(program: ProgramSpec | undefined): string | undefined {
  if (program === undefined) return undefined;
  const { type, attachType, sleepable, xdpFrags } = program;
  const old = needsLinux(programTypeSince(type)) ?? (attachType && needsLinux(attachTypeSince(attachType)));
  if (old !== undefined) return old;
  const trampoline = type === "lsm" || type === "ext" || /^(trace-f|modify-return)/.test(attachType ?? "");
  if (trampoline) {
    if (!attaching("fentry")) {
      return `This kernel cannot attach to functions by BTF, as programs of section "${program.section}" do`;
    }
    if (type === "lsm" && !activeLsms().includes("bpf")) {
      return `BPF is none of the kernel's security modules (${activeLsms().join(",")}): boot with lsm=…,bpf`;
    }
  } else if (!programType(type)) {
    return `This kernel was built without programs of type "${type}"`;
  }
  return (
    (sleepable ? needsLinux(type === "kprobe" ? "6.0" : type === "lsm" ? "5.11" : "5.10") : undefined) ??
    (xdpFrags ? needsLinux("5.18") : undefined)
  );
}

function mapLack(map: MapSpec | undefined): string | undefined {
  if (map === undefined) return undefined;
  if (mapType(map.type))
    return map.type === "struct-ops" && (map.flags & mapFlags.link) !== 0 ? needsLinux("6.4") : undefined;
  return needsLinux(mapTypeSince(map.type)) ?? `This kernel was built without maps of type "${map.type}"`;
}

/** The first thing libbpf complained of is the cause; what follow are its consequences. */
function libbpfSays(log: string): string | undefined {
  const line = log
    .split("\n")
    .find((text) => text.startsWith("libbpf: ") && !text.includes("-- BEGIN") && !/load failed: /.test(text));
  return line === undefined ? undefined : `libbpf says: ${line.slice("libbpf: ".length).trim()}`;
}

function generalRemedy(errno: number): string | undefined {
  if (errno === EINVAL) return "This kernel may be too old for a flag of the object";
  if (errno === EPERM)
    return "The kernel refused although the privilege is there: it may be locked down or built without this";
  return undefined;
}
