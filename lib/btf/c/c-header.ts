import type { Btf } from "../btf.ts";
import { checkBtf } from "../check-btf.ts";
import { type PrintCOptions, printC } from "./print-c.ts";

/** Options of {@link cHeader}. */
export interface HeaderOptions extends PrintCOptions {
  /** The include guard. Default: `__VMLINUX_H__`. */
  guard?: string | undefined;
}

/**
 * Returns a header for BPF programs, such as vmlinux.h: all types of a kernel, or the named types and their
 * dependencies. Accesses to its structs are CO-RE relocations, unless BPF_NO_PRESERVE_ACCESS_INDEX is defined.
 *
 * @throws {@link UnknownNameError} when no type has a requested name.
 */
export function cHeader(btf: Btf, options: HeaderOptions = {}): string {
  checkBtf(btf, "btf of cHeader");
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
