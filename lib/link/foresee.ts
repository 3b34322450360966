import { readFileSync } from "node:fs";
import { Btf } from "../btf/index.ts";
import { ENOENT, EPERM } from "../errors/errno.ts";
import {
  AttachError,
  EbpfError,
  NoSymbolError,
  NotSupportedError,
  PermissionError,
} from "../errors/index.ts";
import { type AttachFeature, attachFeatures, probe } from "../features/index.ts";
import { attachTypeSince, type HookName, hook, latest } from "../hooks/index.ts";
import { functionsNamed, matchingFunctions } from "../kernel/functions.ts";
import { kernelBtf } from "../kernel/kernel-btf.ts";
import { kernelLacks } from "../kernel/lacks.ts";
import { paranoidRemedy } from "../kernel/perf-privilege.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { functionNames, syscallFunctions } from "../kernel/syscalls.ts";
import type { ProgramSpec } from "../spec/index.ts";
import { capabilitiesToAttach } from "./attach.ts";
import type { Attachable } from "./attachable.ts";
import { placeOf } from "./by-section.ts";
import { binaryPath } from "./target/binary.ts";
import { functionOffset, matchingOffsets } from "./target/binary-symbols.ts";
import { requireUsdtProbe } from "./target/binary-usdt.ts";
import { ambiguousFunction, noFunction } from "./target/kernel-function.ts";
import { noRawTracepoint, rawNames, tracepointId } from "./tracepoint.ts";

/** The predicted result of attaching a program to the target of its SEC name. */
export type Foresight =
  | { readonly answer: "attaches"; readonly hook: HookName }
  /** The SEC name does not give the options `missing`. */
  | { readonly answer: "needs"; readonly hook: HookName; readonly missing: readonly string[] }
  | { readonly answer: "fails"; readonly error: EbpfError }
  /** The kernel has no way to attach programs of this kind. */
  | { readonly answer: "never"; readonly error: EbpfError };

/**
 * Predicts the result of `attachBySection` in this process on this kernel, without loading or attaching: whether the
 * kernel supports the kind of attachment, the process has the privileges, and the target exists.
 */
export function foresee(spec: ProgramSpec): Foresight {
  // The checks read the names and types of a program, but not its handle.
  const program = spec as unknown as Attachable;
  let name: HookName;
  let options: Record<string, unknown>;
  let missing: readonly string[];
  try {
    ({ name, options, missing } = placeOf(program));
  } catch (error) {
    return { answer: "never", error: known(error) };
  }
  const refusal = kernelRefusal(program, name) ?? privilegeRefusal(program, name);
  if (refusal !== undefined) return { answer: "fails", error: refusal };
  if (missing.length > 0) return { answer: "needs", hook: name, missing };
  try {
    checkTarget(program, name, options);
  } catch (error) {
    return { answer: "fails", error: known(error) };
  }
  return { answer: "attaches", hook: name };
}

function known(error: unknown): EbpfError {
  if (error instanceof EbpfError) return error;
  throw error;
}

function kernelRefusal(program: Attachable, name: HookName): EbpfError | undefined {
  const { since, config, probes = {} } = hook(name);
  const ofType = program.attachType === undefined ? undefined : attachTypeSince(program.attachType);
  const lack =
    kernelLacks(latest([since, ofType ?? "0"]), config) ?? probedLack(Object.keys(probes), program);
  return lack === undefined
    ? undefined
    : new NotSupportedError(`cannot attach program "${program.name}"`, { operation: "attach", remedy: lack });
}

/** Returns what the kernel lacks, apart from links that only replace an older way to attach. */
function probedLack(features: readonly string[], { attachType }: Attachable): string | undefined {
  for (const feature of features) {
    const isSession = feature.endsWith("-session");
    if (feature.endsWith("-link") || isSession !== (attachType?.endsWith("-session") ?? false)) continue;
    if (!attachFeatures.includes(feature as AttachFeature)) continue;
    const { supported, reason } = probe.attaching(feature as AttachFeature);
    if (supported === false) return reason;
  }
  return undefined;
}

function privilegeRefusal(program: Attachable, name: HookName): EbpfError | undefined {
  const remedy =
    privilegeRemedy(capabilitiesToAttach(name, program.type)) ??
    (hook(name).perfEvent !== undefined ? paranoidRemedy() : undefined);
  return remedy === undefined
    ? undefined
    : new PermissionError(`cannot attach program "${program.name}"`, {
        operation: "attach",
        errno: EPERM,
        remedy,
      });
}

/** @throws {@link NoSymbolError} and others for a target that does not exist. */
function checkTarget(program: Attachable, name: HookName, options: Record<string, unknown>): void {
  const text = (option: string) => String(options[option] ?? "");
  switch (name) {
    case "tracepoint":
      tracepointId(program, text("group"), text("name"));
      return;
    case "raw-tracepoint":
      checkRawTracepoint(program, text("name"));
      return;
    case "kprobe":
    case "kretprobe":
      checkFunction(program, text("symbol"), functionNames(text("symbol")));
      return;
    case "ksyscall":
      checkFunction(program, text("syscall"), syscallFunctions(text("syscall")));
      return;
    case "kprobe-multi":
      checkPattern(program, text("pattern"));
      return;
    case "uprobe":
    case "uretprobe":
      if (options["symbol"] !== undefined)
        functionOffset(program, binaryPath(text("binary")), text("symbol"));
      return;
    case "uprobe-multi":
      matchingOffsets(program, binaryPath(text("binary")), text("pattern"));
      return;
    case "usdt":
      requireUsdtProbe(program, binaryPath(text("binary")), text("provider"), text("name"));
      return;
    default:
      return;
  }
}

function checkRawTracepoint(program: Attachable, name: string): void {
  const names = rawNames();
  // Tracepoints without an event exist only in the kernel's BTF.
  if (names.length === 0 || names.includes(name)) return;
  if (kernelBtf() && Btf.kernel().find(`btf_trace_${name}`, "typedef") !== undefined) return;
  throw noRawTracepoint(program, name);
}

function checkFunction(program: Attachable, symbol: string, candidates: readonly string[]): void {
  const [found] = candidates.map(functionsNamed).filter(({ length }) => length > 0);
  if (found === undefined) throw noFunction(program, symbol);
  if (found.length > 1) throw ambiguousFunction(program, symbol);
  const [{ name = symbol } = {}] = found;
  if (isBlacklisted(name))
    throw new AttachError(`the kernel does not allow a probe on "${name}"`, {
      program: program.name,
      operation: "attach",
      remedy: "See /sys/kernel/debug/kprobes/blacklist",
    });
}

function isBlacklisted(name: string): boolean {
  try {
    const text = readFileSync("/sys/kernel/debug/kprobes/blacklist", "utf8");
    return text.split("\n").some((line) => line.endsWith(`\t${name}`));
  } catch {
    // debugfs is not mounted.
    return false;
  }
}

function checkPattern(program: Attachable, pattern: string): void {
  const { symbols, addresses } = matchingFunctions(pattern);
  if ((symbols ?? addresses)?.length !== 0) return;
  throw new NoSymbolError(`no function that can be probed matches "${pattern}"`, {
    program: program.name,
    symbol: pattern,
    nearest: [],
    errno: ENOENT,
    remedy: "See /sys/kernel/tracing/available_filter_functions",
  });
}
