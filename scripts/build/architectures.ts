/** A processor, as Node, Debian, the kernel's __TARGET_ARCH_ macros and the compilers name it. */
export interface Architecture {
  readonly node: string;
  readonly debian: string;
  readonly kernel: string;
  readonly triplet: string;
  /** Flags for the C++ compiler. */
  readonly flags: readonly string[];
}

/** Those that the package has an addon for. */
export const architectures: readonly Architecture[] = [
  { node: "x64", debian: "amd64", kernel: "x86", triplet: "x86_64-linux-gnu", flags: [] },
  {
    node: "arm64",
    debian: "arm64",
    kernel: "arm64",
    triplet: "aarch64-linux-gnu",
    // The sysroot's libgcc lacks some of the functions that newer compilers call for atomic operations.
    flags: ["-mno-outline-atomics"],
  },
];
