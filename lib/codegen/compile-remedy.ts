import { spawnSync } from "node:child_process";

/** Messages of clang about a header that is missing, with what to do. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /'vmlinux\.h' file not found/,
    "vmlinux.h has the types of the kernel. Create it from the running kernel: npx ebpf vmlinux -o vmlinux.h",
  ],
  [
    /incomplete (definition of )?type '(const |volatile )*struct pt_regs'/,
    "Include <linux/ptrace.h> before <bpf/bpf_tracing.h>, or use vmlinux.h",
  ],
  [unknown("size_t"), "Include <stddef.h>, or use vmlinux.h"],
  [unknown("bool"), "Include <stdbool.h>, or use vmlinux.h"],
  [unknown("u?int(8|16|32|64)_t"), "Include <stdint.h>, or name the type __u32, __s64, …"],
  [
    unknown("__([us](8|16|32|64)|[bl]e(16|32|64))"),
    "Include <linux/bpf.h> before <bpf/bpf_helpers.h>, or use vmlinux.h",
  ],
  [unknown("[us](8|16|32|64)"), "Only vmlinux.h has these names; the headers of Linux have __u32, __s64, …"],
];

function unknown(type: string): RegExp {
  return new RegExp(`(unknown type name|undeclared identifier) '${type}'`);
}

/**
 * Finds what to do about a source that clang refuses. Runs clang again, because its messages went to stderr.
 *
 * @returns undefined if no advice is known.
 */
export function compileRemedy(command: string, source: string, flags: readonly string[]): string | undefined {
  const { stderr } = spawnSync(command, [...flags, "-fsyntax-only", source], { encoding: "utf8" });
  const errors = stderr.split("\n").filter((line) => line.includes(" error: "));
  for (const error of errors) {
    const found = remedies.find(([message]) => message.test(error));
    if (found !== undefined) return found[1];
  }
  return undefined;
}
