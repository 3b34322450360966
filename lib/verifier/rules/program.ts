import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import { type Rule, rule } from "../rule.ts";
import type { SourcePlace } from "../source-lines.ts";

/** Rejections because of the program type or attach target, and failures that libbpf found. */
export const programRules: readonly Rule[] = [
  rule("not-sleepable", /^(\S+) is not sleepable$/, ([name = ""], c) => ({
    title: `${name}() is not called where a program may sleep, and the program is sleepable`,
    help: `Leave out .s in the section's name: SEC("${c.facts.program.section.replace(/^(\w+)\.s/, "$1")}")`,
  })),
  rule(
    "not-sleepable",
    /^(?:Program of this type cannot be sleepable|Sleepable program cannot attach to non-faultable tracepoint \S+|Only fentry\/fexit\/\S+ programs can be sleepable|Only .* can be sleepable)/,
    (_, c) => ({
      title: "programs of this kind cannot be sleepable here",
      help: `Leave out .s in the section's name: SEC("${c.facts.program.section.replace(/^(\w+)\.s/, "$1")}")`,
    }),
  ),
  rule("sleepable-only", /^Syscall programs can only be sleepable$/, () => ({
    title: "syscall programs are always sleepable",
    help: 'Set BPF_F_SLEEPABLE in the program\'s flags: SEC("syscall") does',
  })),
  rule("attach-target", /^(\S+)\(\) is not modifiable$/, ([name = ""]) => ({
    title: `the kernel does not let programs change the result of ${name}()`,
    help: 'Attach to a function whose name begins with security_, or to one that allows error injection (/sys/kernel/debug/error_injection/list); SEC("fexit/…") only looks at the result',
  })),
  rule(
    "attach-target",
    /^(?:Attaching tracing programs to function '([^']+)' is rejected\.|Attaching fexit\/\S+ to __noreturn function '([^']+)' is rejected\.|The address of function (\S+) cannot be found|Attach to function (\S+) with .*)$/,
    (names) => {
      const name = names.find((each) => each !== undefined) ?? "the function";
      return {
        title: `the kernel does not let this kind of program attach to ${name}()`,
        help: "Attach to another function: one that calls it, or that it calls",
      };
    },
  ),
  rule(
    "attach-target",
    /^(?:Cannot (?:recursively attach|extend fentry\/fexit\S*|replace (?:kernel|static) functions|nest tracing program attach more than once)|Only FENTRY\/FEXIT\S* progs are attachable to another BPF prog|Can attach to only JITed progs|Extension programs? .*|Program extension requires BTF)/,
    (_, c) => ({
      title: c.sentences.at(-1) ?? "the program cannot attach to that one",
    }),
  ),
  rule(
    "signature",
    /^(?:\w+\(\) has \d+ args while \w+\(\) has \d+ args|Return type \S+ of \w+\(\) doesn't match type \S+ of \w+\(\)|arg\d+ (?:in \w+\(\) has size|\w+\(struct).*|\w+\(\) is not a global function|Invalid type of function \w+\(\))/,
    (_, c) => ({
      title: "the program and the function that it replaces have different parameters or results",
      help: "Give it exactly the parameters and the result of the function that it replaces, which must be global",
      notes: c.sentences.slice(-1),
    }),
  ),
  rule(
    "struct-ops-member",
    /^attach to unsupported member (\S+) of struct (\S+)$/,
    ([name = "", struct = ""]) => ({
      title: `struct ${struct} does not take a program as its member ${name}`,
      help: `Leave ${name} out of the struct_ops map`,
    }),
  ),
  rule("not-jited", /^program requires BPF JIT compiler but it is not available$/, () => ({
    title: "the program needs the JIT, which is off",
    help: "Switch it on: sysctl net.core.bpf_jit_enable=1",
  })),
  rule(
    "kernel-btf",
    /^(?:in-kernel BTF is malformed|kernel is missing BTF, make sure CONFIG_DEBUG_INFO_BTF=y is specified in Kconfig\.|map_ptr access not supported without CONFIG_DEBUG_INFO_BTF)$/,
    () => ({
      title: "the program needs the kernel's BTF, and the kernel brings none",
      help: "Take a kernel that is built with CONFIG_DEBUG_INFO_BTF",
    }),
  ),
  rule(
    "too-many-maps",
    /^The total number of (maps|btfs) per program has reached the limit of (\d+)$/,
    ([what = "", limit = ""]) => ({
      title: `the program uses more than ${limit} ${what === "maps" ? "maps" : "BTF objects"}`,
    }),
  ),
  rule("map-missing", /^BPF map '([^']+)' is referenced but wasn't created$/, ([map = ""]) => ({
    title: `map "${map}" was not created`,
    help: `Leave its autocreate true (spec.maps.${map}.autocreate), or leave out what uses it`,
  })),
  rule(
    "core-missing",
    /^failed to resolve CO-RE relocation <(\w+)> \[\d+\] (.*?)(?: \(\S+(?: @ offset \d+)?\))?$/,
    ([kind = "", what = ""], c) => missing(c, kind, what),
  ),
  rule(
    "jump-table",
    /^(?:BPF_JA\|BPF_X uses reserved fields|no jump tables found for subprog .*|R\d+ has type \S+, expected PTR_TO_INSN|Invalid read of \d+ bytes from insn_array|jump table for insn \d+ .*)$/,
    () => ({
      title: "an indirect jump has no valid table of targets",
      help: "Read the target whole (8 bytes) from a map of type insn-array whose entries lie in the same function, and jump to it with gotox",
    }),
  ),
  rule("instruction-set", /^R(\d+) is invalid$/, ([number = ""]) => ({
    title: `an instruction names register r${number}, which does not exist`,
    help: "Use registers r0 to r10",
  })),
  // Instructions of a later instruction set (-mcpu) use fields that must be zero for older kernels.
  rule(
    "instruction-set",
    /^(?:BPF_(\w+(?:\|\w+)?) uses reserved fields|unknown opcode ([0-9a-f]+)|invalid BPF_(?:ALU|JMP\/JMP32|LD|ATOMIC)\S* opcode \S+|BPF_ATOMIC uses invalid atomic opcode \S+|unknown insn class \d+)$/,
    ([fields], c) => ({
      title: `this kernel${c.facts.kernel === undefined ? "" : `, ${c.facts.kernel},`} does not know an instruction`,
      label: "unknown to this kernel",
      help: hasV4(c.facts.kernel)
        ? fields &&
          "A field of the instruction is set that must be 0 for it. clang makes no such instruction for -mcpu=v4 and older: look at assembly and edited instructions"
        : "Compile for an older instruction set: clang -mcpu=v3 (v4, with signed division, sign-extending moves and long jumps, needs Linux 6.6; v3 needs Linux 5.12 for atomic operations that fetch)",
    }),
  ),
];

/** What CO-RE found nowhere. With a file of types, the kernel may have it, and so may one of its modules. */
function missing(c: Case, kind: string, what: string): Finding {
  const { btfFile } = c.facts;
  const finding = missingIn(btfFile ?? "this kernel", c, kind, what);
  if (btfFile === undefined) return finding;
  return {
    ...finding,
    help: `${finding.help}. libbpf takes types from kernelBtf alone, not from the kernel or its modules: add them to the file with mergeBtf(), or omit kernelBtf`,
  };
}

function missingIn(kernel: string, c: Case, kind: string, what: string): Finding {
  if (/^enumval/.test(kind))
    return {
      title: `${kernel} has no enumerator ${what}`,
      help: "Use it only where bpf_core_enum_value_exists() is true",
    };
  const [, type = what, field] = /^((?:struct|union|enum) \w+)\.?(.*)$/.exec(what) ?? [];
  if (/^(type_|local_type|target_type)/.test(kind) || !field)
    return { title: `${kernel} has no ${type}`, help: "Use it only where bpf_core_type_exists() is true" };
  const path = field
    .replace(/:.*$/, "")
    .split(".")
    .map((name) => name.replace(/\[.*$/, ""));
  const lack = c.facts.missingField?.(type, path);
  if (lack !== undefined && lack.field === undefined)
    return {
      title: `${kernel} has no ${type.replace(/___.*$/, "")}`,
      place: lineWith(c, path.at(-1) ?? ""),
      label: `reads ${field}`,
      help: `Use it only where bpf_core_type_exists(${type}) is true`,
    };
  const nearest =
    lack !== undefined && lack.nearest.length > 0 ? ` (nearest: ${lack.nearest.join(", ")})` : "";
  return {
    title:
      lack === undefined
        ? `${kernel} has no member that fits ${what.replace(/:.*$/, "")}`
        : `${type.replace(/___.*$/, "")} of ${kernel} has no field "${lack.field}"${nearest}`,
    place: lineWith(c, field.replace(/^.*\./, "").replace(/\[.*$|:.*$/, "")),
    label: `reads ${field}`,
    help: `Read it only where bpf_core_field_exists() is true, or bpf_core_type_exists(${type}) where the whole type may be missing`,
  };
}

// clang computes the offset of a field before the line that reads it, and assigns the previous line to that
// instruction.
function lineWith(c: Case, field: string): SourcePlace | undefined {
  if (c.at === undefined || field === "") return undefined;
  const named = new RegExp(`\\b${field}\\b`);
  for (let index = c.at.index; index < c.at.index + 16; index++) {
    const place = c.lines.place(index, index === c.at.index ? c.at.line : undefined);
    if (place !== undefined && named.test(place.text)) return place;
  }
  return undefined;
}

function hasV4(kernel: string | undefined): boolean {
  const [major = 0, minor = 0] = (kernel ?? "0.0").split(".").map(Number);
  return major > 6 || (major === 6 && minor >= 6);
}
