import { type Check, invalidArgument } from "../arguments/index.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";

/** What a BPF object is compiled for: a byte order and, if known, a CPU. */
export interface Target {
  /** The name of the target in clang: `bpfel` or `bpfeb`. */
  clang: string;
  /** The kernel's name of the CPU, for `__TARGET_ARCH_…`. Undefined if no CPU was given. */
  cpu: string | undefined;
  /** The location of the C library's headers for the CPU. Undefined if no CPU was given. */
  headers: CpuHeaders | undefined;
}

/** The C library's headers that depend on the CPU. */
export interface CpuHeaders {
  /** The Debian name of the folder, in /usr/include, or in /usr for a cross compiler. */
  triplet: string;
  /** The macros of the CPU that the headers test. clang does not define them for target bpf. */
  macros: readonly string[];
}

interface Cpu extends CpuHeaders {
  /** The name in bpf_tracing.h. */
  cpu: string;
  /** The names in Go, Node.js and uname. */
  names: readonly string[];
  bigEndian?: boolean;
}

const mips = [
  ...["__mips__", "__mips64", "__mips=64", "__mips_hard_float"],
  ...["_ABI64=3", "_MIPS_SIM=_ABI64", "_MIPS_SZPTR=64"],
];
const powerpc = ["__powerpc__", "__powerpc64__"];

const cpus: readonly Cpu[] = [
  {
    cpu: "x86",
    names: ["amd64", "x64", "x86_64", "x86", "386"],
    triplet: "x86_64-linux-gnu",
    macros: ["__x86_64__"],
  },
  { cpu: "arm64", names: ["arm64", "aarch64"], triplet: "aarch64-linux-gnu", macros: ["__aarch64__"] },
  { cpu: "arm", names: ["arm"], triplet: "arm-linux-gnueabihf", macros: ["__arm__", "__ARM_PCS_VFP"] },
  {
    cpu: "riscv",
    names: ["riscv64", "riscv"],
    triplet: "riscv64-linux-gnu",
    macros: ["__riscv", "__riscv_xlen=64", "__riscv_float_abi_double"],
  },
  {
    cpu: "loongarch",
    names: ["loong64", "loongarch64", "loongarch"],
    triplet: "loongarch64-linux-gnu",
    macros: ["__loongarch__", "__loongarch_grlen=64", "__loongarch_lp64", "__loongarch_double_float"],
  },
  { cpu: "mips", names: ["mipsel", "mips64le"], triplet: "mips64el-linux-gnuabi64", macros: mips },
  { cpu: "mips", names: ["mips", "mips64"], bigEndian: true, triplet: "mips64-linux-gnuabi64", macros: mips },
  {
    cpu: "powerpc",
    names: ["ppc64le"],
    triplet: "powerpc64le-linux-gnu",
    macros: [...powerpc, "_CALL_ELF=2"],
  },
  {
    cpu: "powerpc",
    names: ["ppc64"],
    bigEndian: true,
    triplet: "powerpc64-linux-gnu",
    macros: [...powerpc, "_CALL_ELF=1"],
  },
  {
    cpu: "s390",
    names: ["s390x", "s390"],
    bigEndian: true,
    triplet: "s390x-linux-gnu",
    macros: ["__s390__", "__s390x__"],
  },
];

const host = cpus.find(({ names }) => names.includes(process.arch));

/** The headers of this machine. Undefined for an unknown CPU. */
export const hostHeaders: CpuHeaders | undefined = host;

/** The target `bpf`. */
export const thisMachine: Target = {
  clang: hostIsLittleEndian ? "bpfel" : "bpfeb",
  cpu: host?.cpu,
  headers: host,
};

/** The names of targets, one for each CPU. */
export const targetNames: readonly string[] = [
  "bpf",
  "bpfel",
  "bpfeb",
  ...cpus.flatMap(({ names }) => names.slice(0, 1)),
];

/**
 * The target of a name of {@link targetNames}, or of another name of the CPU in Go, Node.js and uname.
 *
 * @param name - `bpf` has the byte order and the CPU of this machine, `bpfel` and `bpfeb` have no CPU.
 * @returns Undefined for an unknown name.
 */
export function targetOf(name: string): Target | undefined {
  switch (name) {
    case "bpf":
      return thisMachine;
    case "bpfel":
    case "bpfeb":
      return { clang: name, cpu: undefined, headers: undefined };
  }
  const found = cpus.find(({ names }) => names.includes(name));
  if (found === undefined) return undefined;
  return { clang: found.bigEndian === true ? "bpfeb" : "bpfel", cpu: found.cpu, headers: found };
}

/**
 * The target of a name, or the target itself.
 *
 * @throws {@link InvalidArgumentError} for anything else.
 */
export const checkTarget: Check<Target> = (value, subject) => {
  if (typeof (value as Target | null)?.clang === "string") return value as Target;
  const target = typeof value === "string" ? targetOf(value) : undefined;
  if (target === undefined) throw invalidArgument(subject, `one of ${targetNames.join(", ")}`, value);
  return target;
};
