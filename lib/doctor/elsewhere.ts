import type { Instruction, Target } from "../asm/index.ts";
import { isExistenceCheck, type MissingTarget, missingTarget } from "../btf/core-target.ts";
import type { Btf } from "../btf/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { configOf } from "../features/lacking.ts";
import { attachTypeSince, hook, latest } from "../hooks/index.ts";
import type { Attachable } from "../link/attachable.ts";
import { type PlacedProgram, placeOf } from "../link/by-section.ts";
import type { MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { adaptsToKernel, codeNeeds, kindNeeds, mapNeeds, type Need } from "./needs.ts";
import { type MapVerdict, no, type ObjectReport, type ProgramVerdict, type Verdict, yes } from "./verdict.ts";

const off: Verdict = { answer: "off" };

/**
 * Judges an object by the files of another kernel: its version, its configuration and its types. It checks neither the
 * verifier nor the privileges on that machine.
 */
export function examineElsewhere(spec: ObjectSpec, kernel: KernelFiles): ObjectReport {
  return {
    object: spec.name,
    kernel: kernel.version,
    maps: Object.values(spec.maps).map((map) => mapVerdict(map, kernel)),
    programs: Object.values(spec.programs).map((program) => programVerdict(spec, program, kernel)),
  };
}

function mapVerdict(map: MapSpec, kernel: KernelFiles): MapVerdict {
  const { name, type, autocreate } = map;
  if (!autocreate) return { name, type, create: off };
  const lack = unmet(mapNeeds(map), kernel) ?? kernel.lacks(["CONFIG_BPF_SYSCALL"]);
  return { name, type, create: lack === undefined ? yes : no(lack) };
}

function programVerdict(spec: ObjectSpec, program: ProgramSpec, kernel: KernelFiles): ProgramVerdict {
  const { name, section } = program;
  const lack = loadLack(spec, program, kernel);
  const load = !program.autoload ? off : lack === undefined ? yes : no(lack);
  return { name, section, load, attach: attachVerdict(program, load, kernel) };
}

function loadLack(spec: ObjectSpec, program: ProgramSpec, kernel: KernelFiles): string | undefined {
  const { type } = program;
  if (type === "unspec") return `libbpf has no program type for SEC("${program.section}")`;
  return (
    unmet(kindNeeds(program), kernel) ??
    kernel.lacks(["CONFIG_BPF_SYSCALL", ...configOf(type)]) ??
    targetLack(program, kernel) ??
    instructionLack(spec, program, kernel)
  );
}

// The prefix and kind of the attach targets in the kernel's BTF, by kind of program.
const prefixes: Partial<Record<string, readonly [prefix: string, kind: "func" | "typedef"]>> = {
  "trace-raw-tp": ["btf_trace_", "typedef"],
  "trace-iter": ["bpf_iter_", "func"],
  "lsm-mac": ["bpf_lsm_", "func"],
  "lsm-cgroup": ["bpf_lsm_", "func"],
  "trace-fentry": ["", "func"],
  "trace-fexit": ["", "func"],
  "modify-return": ["", "func"],
  "trace-fsession": ["", "func"],
};

function targetLack(
  { attachType, attachTo, section }: ProgramSpec,
  { btf }: KernelFiles,
): string | undefined {
  const named = prefixes[attachType ?? ""];
  if (named === undefined) return undefined;
  if (attachTo === undefined) return `SEC("${section}") does not give a target`;
  if (btf === undefined) return undefined;
  const [prefix, kind] = named;
  return btf.find(prefix + attachTo, kind) === undefined
    ? `That kernel has no "${attachTo}" to attach to${nearest(attachTo, namesIn(btf, prefix, kind))}`
    : undefined;
}

function* namesIn(btf: Btf, prefix: string, kind: string): Iterable<string> {
  for (const type of btf.types())
    if (type.kind === kind && type.name.startsWith(prefix)) yield type.name.slice(prefix.length);
}

function nearest(wanted: string, names: Iterable<string>): string {
  const near = nearestNames(wanted, names);
  return near.length > 0 ? `; it has ${near.join(", ")}` : "";
}

/** The first thing that the instructions need and the kernel lacks: helpers, kfuncs, variables of the kernel, CO-RE. */
function instructionLack(spec: ObjectSpec, program: ProgramSpec, kernel: KernelFiles): string | undefined {
  const instructions = program.reachableInstructions();
  // A program that adapts to the kernel can skip the code that needs a newer one.
  const lack = adaptsToKernel(spec, instructions) ? undefined : unmet(codeNeeds(instructions), kernel);
  if (lack !== undefined) return lack;
  for (const { target } of instructions) {
    const missing = symbolLack(spec, target, kernel);
    if (missing !== undefined) return missing;
  }
  return relocationLack(spec, instructions, kernel);
}

/** The first need that the version of the kernel does not meet. */
function unmet(needs: readonly Need[], kernel: KernelFiles): string | undefined {
  for (const { since, because } of needs) {
    const old = kernel.needs(since);
    if (old !== undefined) return because === undefined ? old : `${because}. ${old}`;
  }
  return undefined;
}

function symbolLack(spec: ObjectSpec, target: Target | undefined, { btf }: KernelFiles): string | undefined {
  if (target?.kind !== "kfunc" && target?.kind !== "ksym") return undefined;
  const { name } = target;
  // Values of the kernel's configuration are also targets, but not symbols.
  const symbol = Object.hasOwn(spec.ksyms, name) ? spec.ksyms[name] : undefined;
  // `extern const void` refers to an address in /proc/kallsyms.
  if (btf === undefined || symbol === undefined || symbol.weak || symbol.type === undefined) return undefined;
  const kind = symbol.kind === "function" ? "func" : "var";
  if (btf.find(name, kind) !== undefined) return undefined;
  return `That kernel has no ${symbol.kind} "${name}"${nearest(name, namesIn(btf, "", kind))}. A module may have it`;
}

function relocationLack(
  spec: ObjectSpec,
  instructions: readonly Instruction[],
  kernel: KernelFiles,
): string | undefined {
  const relocations = instructions.flatMap(({ origin }) => (origin?.core === undefined ? [] : [origin.core]));
  const [{ btf: local }, { btf }] = [spec, kernel];
  if (relocations.length === 0 || local === undefined) return undefined;
  if (btf === undefined) return kernel.lacks(["CONFIG_DEBUG_INFO_BTF"]);
  // A program that checks for existence skips the access if the field or type is missing.
  if (relocations.some(isExistenceCheck)) return undefined;
  for (const relocation of relocations) {
    const missing = missingTarget(local, relocation, btf);
    if (missing !== undefined) return missingText(missing);
  }
  return undefined;
}

function missingText({ wanted, candidates }: MissingTarget): string {
  return `That kernel has no ${wanted}${nearest(wanted.split(".").at(-1) ?? wanted, candidates)}`;
}

function attachVerdict(program: ProgramSpec, load: Verdict, kernel: KernelFiles): Verdict {
  let placed: PlacedProgram;
  try {
    // Only the name and the types are read.
    placed = placeOf(program as unknown as Attachable);
  } catch (error) {
    return { answer: "never", reason: (error as Error).message };
  }
  if (load.answer !== "yes") return { answer: load.answer };
  const { since, config } = hook(placed.name);
  const ofType = program.attachType === undefined ? undefined : attachTypeSince(program.attachType);
  const lack = kernel.needs(latest([since, ofType ?? "0"])) ?? kernel.lacks(config);
  if (lack !== undefined) return no(lack);
  if (placed.missing.length > 0) return { answer: "needs", reason: placed.missing.join(", ") };
  return symbolVerdict(placed, kernel);
}

/** Functions of the kernel that are inlined or in a module are not in its BTF. */
function symbolVerdict({ name, options }: PlacedProgram, { btf }: KernelFiles): Verdict {
  const symbol = options["symbol"];
  const isKprobe = name === "kprobe" || name === "kretprobe";
  if (btf === undefined || !isKprobe || typeof symbol !== "string" || btf.find(symbol, "func")) return yes;
  return { answer: "unknown", reason: `The types of that kernel have no function "${symbol}"` };
}
