import { EPERM } from "../errors/errno.ts";
import { EbpfError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { globToRegExp } from "./glob.ts";
import { type KernelFunction, KernelSymbols } from "./symbols.ts";
import { readTracefs } from "./tracefs.ts";

/** Returns kernel functions with names similar to an unknown name, the closest first. */
export function nearestFunctions(wanted: string): string[] {
  try {
    return nearestNames(wanted, KernelSymbols.current().functionNames());
  } catch {
    return [];
  }
}

/** Returns the functions of a name or of `module:name`; none when /proc/kallsyms cannot be read. */
export function functionsNamed(name: string): KernelFunction[] {
  try {
    return KernelSymbols.current().functions(name);
  } catch {
    return [];
  }
}

export interface Functions {
  symbols?: string[];
  addresses?: BigUint64Array;
}

/**
 * Returns the traceable functions that match a glob.
 *
 * The result has addresses if the kernel lists them (6.5), because names are not unique, and names otherwise.
 */
export function matchingFunctions(pattern: string): Functions {
  const glob = globToRegExp(pattern);
  const addresses = traceableAddresses((name) => glob.test(name));
  if (addresses !== undefined) return { addresses: BigUint64Array.from(addresses) };
  return { symbols: [...new Set(traceableNames((name) => glob.test(name)))] };
}

/**
 * Returns the traceable functions among several of one name; all of them when the kernel lists no addresses (6.5).
 */
export function traceable(functions: readonly KernelFunction[]): readonly KernelFunction[] {
  const names = new Set(functions.map(({ name }) => name));
  const addresses = new Set(traceableAddresses((name) => names.has(name)) ?? []);
  const found = functions.filter(({ address }) => addresses.has(address));
  return found.length > 0 ? found : functions;
}

/** Returns the addresses of traceable functions; undefined when the kernel has no such list, or hides addresses. */
function traceableAddresses(test: (name: string) => boolean): bigint[] | undefined {
  const text = addressList();
  if (text === undefined) return undefined;
  const found: bigint[] = [];
  for (const [, address, name] of text.matchAll(/^([0-9a-f]+) (\S+)/gm)) {
    if (name !== undefined && test(name)) found.push(BigInt(`0x${address}`));
  }
  return found.includes(0n) ? undefined : found;
}

/** With kernel.kptr_restrict at 2, the kernel refuses the list to root as well, but not the one without addresses. */
function addressList(): string | undefined {
  try {
    return readTracefs("available_filter_functions_addrs");
  } catch (error) {
    if (error instanceof EbpfError && error.errno === EPERM) return undefined;
    throw error;
  }
}

function traceableNames(test: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (const [, name] of (readTracefs("available_filter_functions") ?? "").matchAll(/^(\S+)/gm)) {
    if (name !== undefined && !name.startsWith("__ftrace_invalid_address") && test(name)) found.push(name);
  }
  return found;
}
