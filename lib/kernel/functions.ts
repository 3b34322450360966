import { readFileSync } from "node:fs";
import { nearestNames } from "../errors/nearest-names.ts";
import { globToRegExp } from "../glob.ts";
import { readTracefs } from "./tracefs.ts";

/** The kernel's functions by /proc/kallsyms, modules included. */
function functions(): Set<string> {
  const names = new Set<string>();
  for (const [, name] of readFileSync("/proc/kallsyms", "utf8").matchAll(/^\S+ [tTwW] (\S+)/gm)) {
    // What the compiler puts before functions has a name too.
    if (name !== undefined && !name.startsWith("__pfx_")) names.add(name);
  }
  return names;
}

/** Functions of the kernel whose names are close to one that does not exist, best first. */
export function nearestFunctions(wanted: string): string[] {
  try {
    return nearestNames(wanted, functions());
  } catch {
    return [];
  }
}

/** Whether /proc/kallsyms has a function of that name; there it may be, and still not be traceable. */
export function isFunction(name: string): boolean {
  try {
    return functions().has(name);
  } catch {
    return false;
  }
}

// The prefix of a syscall's wrapper, as in the kernel's arch/*/include/asm/syscall_wrapper.h.
const wrappers: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "__x64_",
  ia32: "__ia32_",
  arm64: "__arm64_",
  riscv64: "__riscv_",
  s390x: "__s390x_",
};

/**
 * The functions that may be a syscall's entry, the likeliest first: the wrapper of this architecture (4.17), and what
 * older kernels and other architectures have.
 */
export function syscallFunctions(syscall: string): string[] {
  const wrapper = wrappers[process.arch];
  const common = [`__se_sys_${syscall}`, `sys_${syscall}`];
  return wrapper === undefined ? common : [`${wrapper}sys_${syscall}`, ...common];
}

/** A function's name, and what the same syscall is called on this machine if it is a syscall's: `sys_execve`. */
export function functionNames(symbol: string): string[] {
  const syscall = /^(?:__[a-z0-9]+_)?sys_([a-z0-9_]+)$/.exec(symbol)?.[1];
  if (syscall === undefined) return [symbol];
  return [...new Set([symbol, ...syscallFunctions(syscall)])];
}

export interface Functions {
  symbols?: string[];
  addresses?: BigUint64Array;
}

/**
 * The functions that match a glob and can be probed together.
 *
 * By address where the kernel tells (6.5), since names are not unique; by name otherwise.
 */
export function matchingFunctions(pattern: string): Functions {
  const glob = globToRegExp(pattern);
  const withAddresses = readTracefs("available_filter_functions_addrs");
  if (withAddresses !== undefined) {
    const addresses: bigint[] = [];
    for (const [, address, name] of withAddresses.matchAll(/^([0-9a-f]+) (\S+)/gm)) {
      if (name !== undefined && glob.test(name)) addresses.push(BigInt(`0x${address}`));
    }
    // All are 0 when addresses are kept secret.
    if (addresses.every((address) => address !== 0n)) return { addresses: BigUint64Array.from(addresses) };
  }
  const symbols = new Set<string>();
  for (const [, name] of (readTracefs("available_filter_functions") ?? "").matchAll(/^(\S+)/gm)) {
    if (name !== undefined && !name.startsWith("__ftrace_invalid_address") && glob.test(name))
      symbols.add(name);
  }
  return { symbols: [...symbols] };
}
