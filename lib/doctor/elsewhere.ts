import type { Instruction } from "../asm/index.ts";
import { isExistenceCheck, type MissingTarget, missingTarget } from "../btf/core-target.ts";
import type { Btf } from "../btf/index.ts";
import { innerDifference, wrongSlot } from "../explain/inner-difference.ts";
import { configOf } from "../features/lacking.ts";
import { attachTypeSince, hook, latest } from "../hooks/index.ts";
import { globToRegExp } from "../kernel/glob.ts";
import type { Attachable } from "../link/attachable.ts";
import { type PlacedProgram, placeOf } from "../link/by-section.ts";
import {
  carriesRecords,
  type MapSpec,
  mapProblems,
  type ObjectSpec,
  type ProgramSpec,
} from "../spec/index.ts";
import type { KernelFiles } from "./kernel-files.ts";
import { namesIn, nearestText } from "./names-in-btf.ts";
import { adaptsToKernel, codeNeeds, kindNeeds, mapNeeds, type Need } from "./needs.ts";
import { objectLack, untypedSymbol } from "./object-lack.ts";
import { structOpsVerdict } from "./struct-ops.ts";
import { usedMapOf } from "./used-map.ts";
import {
  type Answer,
  type MapVerdict,
  no,
  type ObjectReport,
  type ProgramVerdict,
  type Verdict,
  yes,
} from "./verdict.ts";

const off: Verdict = { answer: "off" };

/**
 * Judges an object by the files of another kernel: its version, its configuration and its types. It checks neither the
 * verifier nor the privileges on that machine.
 */
export function examineElsewhere(spec: ObjectSpec, kernel: KernelFiles): ObjectReport {
  const whole = objectLack(spec, kernel);
  const maps = Object.values(spec.maps).map((map): MapVerdict => {
    const { name, type, autocreate } = map;
    return {
      name,
      type,
      create: !autocreate
        ? off
        : whole === undefined
          ? (slotVerdict(spec, map) ?? mapVerdict(map, kernel))
          : no(whole),
    };
  });
  const mapsWith = (answer: Answer) =>
    new Set(maps.filter(({ create }) => create.answer === answer).map(({ name }) => name));
  const [refused, unclear] = [mapsWith("no"), mapsWith("unknown")];
  const loadVerdict = (program: ProgramSpec): Verdict => {
    if (!program.autoload) return off;
    if (whole !== undefined) return no(whole);
    const ofMaps = structOpsVerdict(spec, program, refused);
    if (ofMaps !== undefined) return ofMaps;
    const map = usedMapOf(program, refused);
    const lack = map === undefined ? loadLack(spec, program, kernel) : `map "${map}" cannot be created`;
    if (lack !== undefined) return no(lack);
    const doubt = usedMapOf(program, unclear);
    return doubt === undefined
      ? symbolVerdict(spec, program, kernel)
      : { answer: "unknown", reason: `Whether map "${doubt}" can be created is unknown` };
  };
  const programs = Object.values(spec.programs).map((program): ProgramVerdict => {
    const load = loadVerdict(program);
    const { name, section } = program;
    return { name, section, load, attach: attachVerdict(program, load, kernel) };
  });
  return { object: spec.name, kernel: kernel.version, maps, programs };
}

function slotVerdict(spec: ObjectSpec, { name: outer, slots, inner }: MapSpec): Verdict | undefined {
  if (inner === undefined) return undefined;
  const wrong = slots.find(({ name }) => innerDifference(spec, outer, name) !== "");
  return wrong && no(wrongSlot(spec, outer, wrong.index, wrong.name));
}

function mapVerdict(map: MapSpec, kernel: KernelFiles): Verdict {
  if (map.type.startsWith("unknown-"))
    return { answer: "unknown", reason: `Maps of type ${map.type.slice(8)} are newer than this package` };
  // libbpf changes the sizes of ring and perf buffers.
  const [problem] = carriesRecords(map.type) ? [] : mapProblems({ ...map.fields, inner: map.inner });
  const lack = unmet(mapNeeds(map), kernel) ?? kernel.lacks(["CONFIG_BPF_SYSCALL"]) ?? problem;
  if (lack !== undefined) return no(lack);
  const ops = map.structOps?.typeName.replace(/___.*$/, "");
  return ops === undefined || kernel.btf === undefined || kernel.btf.find(`bpf_struct_ops_${ops}`, "struct")
    ? yes
    : no(`That kernel has no struct_ops type "${ops}". A module may have it`);
}

/** The verdict for a program that lacks nothing, apart from symbols that only /proc/kallsyms of that kernel has. */
function symbolVerdict(spec: ObjectSpec, program: ProgramSpec, kernel: KernelFiles): Verdict {
  const names = program
    .reachableInstructions()
    .flatMap(({ target }) => (target?.kind === "ksym" ? target.name : []));
  const untyped = untypedSymbol(spec, names, kernel);
  if (untyped === undefined) return yes;
  return { answer: "unknown", reason: `The files do not show whether /proc/kallsyms there has "${untyped}"` };
}

function loadLack(spec: ObjectSpec, program: ProgramSpec, kernel: KernelFiles): string | undefined {
  const { type, name } = program;
  if (type === "unspec") return `libbpf has no program type for SEC("${program.section}")`;
  if (type === "ext")
    return `The program whose function it replaces is unknown: set spec.programs.${name}.attachProgram before loading`;
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
  // SEC("iter/") gives an empty one.
  if (attachTo === undefined || attachTo === "") return `SEC("${section}") does not give a target`;
  if (btf === undefined) return undefined;
  const [prefix, kind] = named;
  return btf.find(prefix + attachTo, kind) === undefined
    ? `That kernel has no "${attachTo}" to attach to${nearestText(attachTo, namesIn(btf, prefix, kind))}`
    : undefined;
}

/** The first thing that the instructions need and the kernel lacks: helpers, an instruction set, CO-RE. */
function instructionLack(spec: ObjectSpec, program: ProgramSpec, kernel: KernelFiles): string | undefined {
  const instructions = program.reachableInstructions();
  // A program that adapts to the kernel can skip the code that needs a newer one.
  const lack = adaptsToKernel(spec, instructions) ? undefined : unmet(codeNeeds(instructions), kernel);
  if (lack !== undefined) return lack;
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
  return `That kernel has no ${wanted}${nearestText(wanted.split(".").at(-1) ?? wanted, candidates)}`;
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
  return targetVerdict(placed, kernel);
}

/** What is inlined, in a module, or in a file of that machine, is not in the BTF of its kernel. */
function targetVerdict({ name, options }: PlacedProgram, { btf }: KernelFiles): Verdict {
  const text = (option: string) => (typeof options[option] === "string" ? options[option] : undefined);
  const unknown = (reason: string): Verdict => ({ answer: "unknown", reason });
  const binary = text("binary");
  if (binary !== undefined) return unknown(`The files of that kernel do not show what "${binary}" has`);
  if (btf === undefined) return yes;
  switch (name) {
    case "kprobe":
    case "kretprobe": {
      const symbol = text("symbol");
      if (symbol === undefined || btf.find(symbol, "func")) return yes;
      return unknown(`The types of that kernel have no function "${symbol}"`);
    }
    case "kprobe-multi": {
      const pattern = text("pattern");
      if (pattern === undefined || hasMatch(btf, pattern)) return yes;
      return unknown(`The types of that kernel have no function that matches "${pattern}"`);
    }
    case "ksyscall": {
      const call = text("syscall");
      if (call === undefined || hasSyscall(btf, call)) return yes;
      return unknown(`The types of that kernel have no system call "${call}"`);
    }
    case "tracepoint":
    case "raw-tracepoint": {
      const event = text("name") ?? "";
      const isSyscall = text("group") === "syscalls";
      if (
        isSyscall
          ? hasSyscall(btf, event.replace(/^sys_(enter|exit)_(new)?/, ""))
          : btf.find(`btf_trace_${event}`, "typedef")
      )
        return yes;
      return unknown(`The types of that kernel have no tracepoint "${event}"`);
    }
    default:
      return yes;
  }
}

function hasMatch(btf: Btf, pattern: string): boolean {
  const expression = globToRegExp(pattern);
  for (const name of namesIn(btf, "", "func")) if (expression.test(name)) return true;
  return false;
}

/** Whether the kernel has the function of a system call: __x64_sys_kill, __arm64_sys_kill, __x64_sys_newuname. */
function hasSyscall(btf: Btf, call: string): boolean {
  for (const name of namesIn(btf, "__", "func"))
    if (name.endsWith(`_sys_${call}`) || name.endsWith(`_sys_new${call}`)) return true;
  return false;
}
