import type { Btf } from "../btf.ts";
import { type PrintCOptions, printC } from "./print-c.ts";

export interface HeaderOptions extends PrintCOptions {
  /** What keeps the header from being read twice. Default: `__VMLINUX_H__`. */
  guard?: string | undefined;
}

/**
 * A header for BPF programs, as vmlinux.h is: all types of a kernel, or only those that are named and what they need.
 * Accesses to its structs are CO-RE relocations, unless BPF_NO_PRESERVE_ACCESS_INDEX is defined.
 *
 * @throws UnknownNameError when there is no type of a name that is asked for.
 */
export function cHeader(btf: Btf, options: HeaderOptions = {}): string {
  const { guard = "__VMLINUX_H__" } = options;
  return `#ifndef ${guard}
#define ${guard}

#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute push (__attribute__((preserve_access_index)), apply_to = record)
#endif

${printC(btf, options)}#ifndef BPF_NO_PRESERVE_ACCESS_INDEX
#pragma clang attribute pop
#endif

#endif
`;
}
