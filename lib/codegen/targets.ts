import { endianness } from "node:os";

export interface Target {
  /** What clang calls it: `bpfel` or `bpfeb`. */
  clang: string;
  /** The kernel's name of the CPU, for `__TARGET_ARCH_…`; undefined when no CPU was named. */
  cpu: string | undefined;
  /** Debian's folder of headers that depend on the CPU. */
  triplet: string | undefined;
}

// As bpf_tracing.h spells them; the other names are those of Go, Node and uname.
const cpus: readonly { cpu: string; names: string[]; bigEndian?: boolean; triplet: string }[] = [
  { cpu: "x86", names: ["amd64", "x64", "x86_64", "x86", "386"], triplet: "x86_64-linux-gnu" },
  { cpu: "arm64", names: ["arm64", "aarch64"], triplet: "aarch64-linux-gnu" },
  { cpu: "arm", names: ["arm"], triplet: "arm-linux-gnueabihf" },
  { cpu: "riscv", names: ["riscv64", "riscv"], triplet: "riscv64-linux-gnu" },
  { cpu: "loongarch", names: ["loong64", "loongarch64", "loongarch"], triplet: "loongarch64-linux-gnu" },
  { cpu: "mips", names: ["mipsel", "mips64le"], triplet: "mips64el-linux-gnuabi64" },
  { cpu: "mips", names: ["mips", "mips64"], bigEndian: true, triplet: "mips64-linux-gnuabi64" },
  { cpu: "powerpc", names: ["ppc64le"], triplet: "powerpc64le-linux-gnu" },
  { cpu: "powerpc", names: ["ppc64"], bigEndian: true, triplet: "powerpc64-linux-gnu" },
  { cpu: "s390", names: ["s390x", "s390"], bigEndian: true, triplet: "s390x-linux-gnu" },
];

/** All that `targetOf` knows, for the help and for messages. */
export const targetNames: readonly string[] = [
  "bpf",
  "bpfel",
  "bpfeb",
  ...cpus.flatMap(({ names }) => names.slice(0, 1)),
];

/** Undefined for a name that is none of a target. `bpf` is this machine's byte order. */
export function targetOf(name: string): Target | undefined {
  const host = cpus.find(({ names }) => names.includes(process.arch));
  switch (name) {
    case "bpf":
      return { clang: endianness() === "LE" ? "bpfel" : "bpfeb", cpu: host?.cpu, triplet: host?.triplet };
    case "bpfel":
    case "bpfeb":
      // No CPU, but headers of some CPU are needed by <linux/types.h>.
      return { clang: name, cpu: undefined, triplet: host?.triplet };
  }
  const found = cpus.find(({ names }) => names.includes(name));
  if (found === undefined) return undefined;
  return { clang: found.bigEndian === true ? "bpfeb" : "bpfel", cpu: found.cpu, triplet: found.triplet };
}
