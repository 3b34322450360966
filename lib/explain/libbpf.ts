import { E2BIG, EINVAL } from "../errors/errno.ts";
import { nearestSections } from "../hooks/index.ts";
import { kernelConfig } from "../kernel/config.ts";
import { hiddenBtfRemedy, kernelBtf } from "../kernel/kernel-btf.ts";
import { needsLinux } from "../kernel/version.ts";
import type { AttachType, MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { attempt } from "./attempt.ts";
import type { Explanation } from "./explanation.ts";
import { wrongSlot } from "./inner-difference.ts";
import { mapLack } from "./map-lack.ts";
import { explainMapRefusal } from "./map-refusal.ts";
import { kernelMembers, nearestKfuncs, nearestTargets } from "./nearest-in-kernel.ts";

interface Failure {
  readonly spec: ObjectSpec;
  readonly errno: number;
}

interface Rule {
  /** Matched against the complete log of libbpf. */
  readonly words: RegExp;
  readonly explain: (groups: string[], failure: Failure) => Explanation | undefined;
}

/** Failures that libbpf reports before it calls the kernel, and failures of the kernel whose subject libbpf names. */
const rules: readonly Rule[] = [
  {
    words: /prog '([^']+)': missing BPF prog type, check ELF section name '([^']*)'/,
    explain: ([program = "", section = ""]) => ({
      subject: program,
      remedy: `libbpf does not know the program type of SEC("${section}")${nearestSection(section)}: rename the section, or set spec.programs${member(program)}.type before loading`,
    }),
  },
  {
    words: /prog '([^']+)': attach program FD is not set/,
    explain: ([program = ""]) => ({
      subject: program,
      remedy: `The program whose function it replaces is unknown: set spec.programs${member(program)}.attachProgram to a live Program before loading`,
    }),
  },
  {
    words: /prog '([^']+)': no BTF-based attach target is specified/,
    explain: ([program = ""]) => noTarget(program),
  },
  {
    words: /prog '([^']+)': failed to find BPF program \(FD \d+\) BTF ID for '([^']+)'/,
    explain: ([program = "", target = ""], { spec }) => ({
      subject: program,
      remedy: `${attachProgramName(spec, program)} has no function "${target}"`,
    }),
  },
  {
    words: /The target program doesn't have BTF/,
    explain: () => ({
      remedy: "The target program was loaded without BTF: compile it with clang -g",
    }),
  },
  {
    words: /prog '([^']+)': failed to find kernel BTF type ID of '([^']+)'/,
    explain: ([program = "", wanted = ""], { spec }) =>
      kernelBtf()
        ? { subject: program, ...missingTarget(wanted, findProgram(spec, program)?.attachType) }
        : undefined,
  },
  {
    words: /failed to find valid kernel BTF/,
    explain: () => {
      if (kernelBtf()) return undefined;
      const hidden = hiddenBtfRemedy();
      return hidden === undefined
        ? { lack: true, remedy: missingKernelBtf() }
        : {
            remedy: `The BTF of this kernel cannot be read. ${hidden}, or pass a file with its types as kernelBtf`,
          };
    },
  },
  {
    words: /extern \(func ksym\) '([^']+)': not found in kernel or module BTFs/,
    explain: ([name = ""], { spec }) => withUsers(spec, name, { lack: true, remedy: missingKfunc(name) }),
  },
  {
    words: /extern \(func ksym\) '([^']+)': func_proto \[\d+\] incompatible with (\S+) /,
    explain: ([name = ""], { spec }) => ({
      ...usedBy(spec, name),
      remedy: `The object declares the kernel's function "${name}" with other parameters than this kernel has: copy its declaration from this kernel's vmlinux.h`,
    }),
  },
  {
    words: /extern \(var ksym\) '([^']+)': not found in kernel BTF/,
    explain: ([name = ""], { spec }) =>
      withUsers(spec, name, {
        lack: true,
        remedy: `This kernel's BTF has no variable "${name}": declare it __weak and test its address, or declare it as extern const void to use only its address`,
      }),
  },
  {
    words:
      /extern \(var ksym\) '([^']+)': incompatible types, expected \[\d+\] (.+), but kernel has \[\d+\] (.+)/,
    explain: ([name = "", ours = "", theirs = ""]) => ({
      remedy: `The object declares the kernel's variable "${name}" as ${ours.trim()}, this kernel has ${theirs.trim()}`,
    }),
  },
  {
    words: /extern \(ksym\) '([^']+)': resolution is ambiguous/,
    explain: ([name = ""]) => ({
      remedy: `/proc/kallsyms has more than one symbol "${name}", and libbpf cannot choose one`,
    }),
  },
  {
    words: /extern '([^']+)' \(strong\): not resolved/,
    explain: ([name = ""], { spec }) => withUsers(spec, name, unresolved(name, spec)),
  },
  {
    words: /failed to open system Kconfig/,
    explain: () => ({
      remedy:
        "The configuration of this kernel cannot be read from /proc/config.gz or /boot: mount /proc, install the file, or set the values in spec.kconfig",
    }),
  },
  {
    words: /extern \(kcfg\) '([^']+)': unrecognized virtual extern/,
    explain: ([name = ""]) => ({
      remedy: `libbpf does not know a value "${name}": names in __kconfig begin with CONFIG_, or are LINUX_KERNEL_VERSION, LINUX_HAS_BPF_COOKIE or LINUX_HAS_SYSCALL_WRAPPER`,
    }),
  },
  {
    words: /extern \(kcfg\) '([^']+)': (value '[^\n]*)/,
    explain: ([name = "", problem = ""]) => ({
      remedy: `The kernel's configuration does not fit the type of "${name}": ${problem}`,
    }),
  },
  {
    words: /failed to find BTF for extern '([^']+)'/,
    explain: ([name = ""], { spec }) => ({
      ...usedBy(spec, name),
      remedy: `The object uses "${name}", which it does not define: add __ksym to its declaration if the kernel has it, or link the object that defines it`,
    }),
  },
  {
    words: /struct_ops init_kern ([^\s:]+): Cannot find member (\S+) in kernel BTF/,
    explain: ([map = "", name = ""], { spec }) => ({
      subject: map,
      remedy: missingMember(findMap(spec, map), name),
    }),
  },
  {
    words: /struct_ops init_kern (\S+) func ptr (\S+): invalid reuse of prog (\S+) /,
    explain: ([map = "", name = "", program = ""]) => ({
      subject: map,
      remedy: `Program "${program}" is already a callback of another member or type, and the kernel loads a program for one: write another program for member "${name}" of map "${map}"`,
    }),
  },
  {
    words: /struct_ops init_kern: struct (\S+) is not found in kernel BTF/,
    explain: ([name = ""]) => ({
      lack: true,
      remedy: `This kernel and its loaded modules have no struct_ops type "${name.replace(/^bpf_struct_ops_/, "")}": it needs a newer kernel, another configuration, or the module that has it`,
    }),
  },
  {
    words: /prog '([^']+)': SEC\("struct_ops"\) program isn't referenced anywhere/,
    explain: ([program = ""]) => ({
      subject: program,
      remedy:
        'No map in SEC(".struct_ops") has it as a member: add it to a map, or set its autoload to false',
    }),
  },
  {
    words: /map '([^']+)': failed to initialize slot \[(\d+)\] to (prog|map) '([^']+)' fd=-\d+/,
    explain: ([map = "", slot = "", kind = "", name = ""]) => ({
      subject: map,
      // libbpf fills the slots of program arrays even if their autocreate is false.
      remedy:
        kind === "prog"
          ? `Slot ${slot} begins with program "${name}", which was not loaded: set its autoload to true`
          : `Slot ${slot} begins with map "${name}", which was not created: set its autocreate to true, or leave the map out too`,
    }),
  },
  {
    words: /map '([^']+)': failed to initialize slot \[\d+\] to prog '([^']+)' fd=\d+: -EINVAL/,
    explain: ([map = "", program = ""], { spec }) =>
      spec.maps[map]?.autocreate === false
        ? {
            subject: map,
            remedy: `libbpf fills the slots of program arrays even if they are left out: leave its autocreate true`,
          }
        : {
            subject: map,
            remedy: `Program "${program}" is of another kind than the programs of the map, or cannot be called by bpf_tail_call()`,
          },
  },
  {
    words: /prog '([^']+)': relo #\d+: can't create jump table/,
    explain: ([program = ""]) => {
      const needed = needsLinux("6.19");
      return needed === undefined
        ? undefined
        : { subject: program, lack: true, remedy: `It has jump tables. ${needed}` };
    },
  },
  {
    words: /map '([^']+)': failed to re-mmap\(\) contents: -ENOTSUPP/,
    explain: ([map = ""]) => ({
      subject: map,
      remedy: `Data section "${map}" has a lock, list, tree or the like, with which the kernel maps no section into a process: declare its variables static, or __hidden as well as global`,
    }),
  },
  {
    words: /map '([^']+)': failed to initialize slot \[(\d+)\] to map '([^']+)' fd=\d+: -EINVAL/,
    explain: ([map = "", slot = "", name = ""], { spec }) => ({
      subject: map,
      remedy: wrongSlot(spec, map, slot, name),
    }),
  },
  {
    words: /specified path (\S+) is not on BPF FS/,
    explain: ([path = ""]) => ({
      remedy: `"${path}" is not on a BPF file system: mount one (mount -t bpf bpf /sys/fs/bpf)`,
    }),
  },
  {
    words: /map '([^']+)': failed to auto-pin at '([^']+)': (\S+)/,
    explain: ([map = "", path = "", errno = ""]) => ({
      subject: map,
      remedy: `It could not be pinned at "${path}" (${errno.replace(/^-/, "")})`,
    }),
  },
  {
    words: /map '([^']+)': error reusing pinned map/,
    explain: ([map = ""]) => ({ subject: map, remedy: "The pinned map could not be reused" }),
  },
  {
    words: /map '([^']+)': failed to create( inner map)?: /,
    explain: ([name = "", inner], { spec, errno }) =>
      explainMap(findMap(spec, name), errno, inner !== undefined),
  },
];

/** The explanation of a failed load from libbpf's log. Undefined if no rule matches. */
export function explainLibbpf(spec: ObjectSpec, errno: number, log: string): Explanation | undefined {
  for (const { words, explain } of rules) {
    const match = words.exec(log);
    const explanation = match === null ? undefined : explain(match.slice(1), { spec, errno });
    if (explanation !== undefined) return explanation;
  }
  return undefined;
}

// Prefixes of attach targets in the kernel's BTF.
const prefixes: Partial<Record<AttachType, string>> = {
  "trace-raw-tp": "btf_trace_",
  "trace-iter": "bpf_iter_",
  "lsm-mac": "bpf_lsm_",
  "lsm-cgroup": "bpf_lsm_",
};

/** The explanation of a function, tracepoint, LSM hook or iterator that the kernel's BTF does not have. */
export function missingTarget(symbol: string, attachType: AttachType | undefined): Explanation {
  const prefix = (attachType && prefixes[attachType]) ?? "";
  const nearest = attempt(() => nearestTargets(symbol, prefix)) ?? [];
  const isInModule = prefix === "" || prefix === "btf_trace_";
  return {
    missing: { symbol, nearest },
    remedy: `Name ${nearest[0] === undefined ? "one" : `"${nearest[0]}", or another`} that the kernel has${isInModule ? ", or load the module that has it" : ""}`,
  };
}

/** The explanation of a program that is loaded for a target, and whose SEC name gives none: `SEC("fentry")`. */
export function noTarget(program: string): Explanation {
  return {
    subject: program,
    remedy: `Its section does not give a target: set spec.programs${member(program)}.attachTo before loading`,
  };
}

function nearestSection(section: string): string {
  const [nearest] = nearestSections(section);
  return nearest === undefined ? "" : ` (nearest: SEC("${nearest}"))`;
}

function missingKfunc(name: string): string {
  const near = attempt(() => nearestKfuncs(name)) ?? [];
  const have = near.length > 0 ? ` (nearest: ${near.join(", ")})` : "";
  return `This kernel and its loaded modules have no function "${name}" for programs to call${have}: load the module that has it, or declare it __weak and call it only if bpf_ksym_exists(${name})`;
}

function missingKernelBtf(): string {
  const config = kernelConfig("DEBUG_INFO_BTF");
  const because = config === "n" ? " (CONFIG_DEBUG_INFO_BTF is not set)" : "";
  return `The kernel does not provide BTF${because}: pass a file with its types as kernelBtf`;
}

function missingMember(map: MapSpec | undefined, name: string): string {
  const struct = map?.structOps?.typeName.replace(/___.*$/, "");
  const members = struct === undefined ? undefined : attempt(() => kernelMembers(struct));
  const has = members === undefined ? "" : `; it has ${members.filter((each) => each !== "").join(", ")}`;
  return `This kernel's struct ${struct ?? "of that name"} has no member "${name}"${has}`;
}

function unresolved(name: string, spec: ObjectSpec): Explanation {
  if (Object.values(spec.kconfig).some((option) => option.name === name))
    return {
      lack: true,
      remedy: `The kernel's configuration does not set ${name}, or cannot be read: declare it __weak to read 0, or set spec.kconfig${member(name)}.value`,
    };
  return {
    lack: true,
    remedy: `This kernel has no symbol "${name}" in /proc/kallsyms: declare it __weak, and test its address before using it`,
  };
}

/** An explanation of a missing symbol with the programs that use it: libbpf refuses the whole object. */
function withUsers(spec: ObjectSpec, symbol: string, { remedy, ...rest }: Explanation): Explanation {
  const users = usersOf(spec, symbol);
  const others = users.length > 0 && users.length < Object.keys(spec.programs).length;
  const names = users.map(({ name }) => `"${name}"`).join(", ");
  const note = `. Only ${names} use${users.length === 1 ? "s" : ""} it, but libbpf refuses the whole object, even if autoload is false there; with __weak, the other programs load`;
  return { ...usedBy(spec, symbol, users), ...rest, remedy: others ? `${remedy}${note}` : remedy };
}

/** The only program that uses a symbol, as the subject. */
function usedBy(spec: ObjectSpec, symbol: string, all = usersOf(spec, symbol)): { subject?: string } {
  const users = all.filter(({ autoload }) => autoload);
  const [user] = users;
  return user !== undefined && users.length === 1 ? { subject: user.name } : {};
}

function usersOf(spec: ObjectSpec, symbol: string): ProgramSpec[] {
  return Object.values(spec.programs).filter((program) => attempt(() => uses(program, symbol)) === true);
}

function uses(program: ProgramSpec, symbol: string): boolean {
  return program
    .reachableInstructions()
    .some(({ target }) => (target?.kind === "kfunc" || target?.kind === "ksym") && target.name === symbol);
}

function explainMap(map: MapSpec | undefined, errno: number, inner: boolean): Explanation | undefined {
  const what = inner ? map?.inner : map;
  if (map === undefined || what === undefined) return undefined;
  // A kernel without the map type checks nothing else, so the rules of the type do not explain its error.
  const lack = errno === EINVAL ? attempt(() => mapLack(what)) : undefined;
  if (lack !== undefined) return { subject: map.name, lack: true, remedy: lack };
  // An older kernel refuses the field of the hash.
  const isRefused = errno === EINVAL || errno === E2BIG;
  const needed = map.exclusiveProgram !== undefined && isRefused ? needsLinux("6.18") : undefined;
  if (needed !== undefined) return { subject: map.name, lack: true, remedy: `exclusiveProgram: ${needed}` };
  const problem = untypedStorage(what) ?? explainMapRefusal({ ...what.fields, inner: what.inner }, errno);
  if (problem === undefined) return undefined;
  const where = `spec.maps${member(map.name)}${inner ? ".inner" : ""}`;
  // The constraints of an unknown map type are unknown, so no change can be suggested.
  if (what.type.startsWith("unknown-")) return { subject: map.name, remedy: problem };
  return { subject: map.name, remedy: `${problem}. Change it in C, or on ${where} before loading` };
}

/** The kernel requires the types of the keys and values of storage maps, even if their sizes are right. */
function untypedStorage({ type, key, value }: MapSpec): string | undefined {
  if (!/^(sk|inode|task|cgrp)-storage$/.test(type) || (key !== undefined && value !== undefined))
    return undefined;
  return "key and value: expected types, __type(key, int) and __type(value, …), received sizes only";
}

function findMap(spec: ObjectSpec, name: string): MapSpec | undefined {
  return Object.values(spec.maps).find((map) => map.name === name);
}

function findProgram(spec: ObjectSpec, name: string): ProgramSpec | undefined {
  return Object.values(spec.programs).find((program) => program.name === name);
}

function attachProgramName(spec: ObjectSpec, name: string): string {
  const target = findProgram(spec, name)?.attachProgram as { name?: string } | undefined;
  return target?.name === undefined ? "The target program" : `Program "${target.name}"`;
}

/** A property access in JavaScript: `.counter`, `[".rodata"]`. */
function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
