import { nearestNames } from "../errors/nearest-names.ts";
import { globToRegExp } from "./glob.ts";
import { type KernelFunction, KernelSymbols } from "./symbols.ts";
import { readTracefs } from "./tracefs.ts";

/** Functions of the kernel whose names are close to one that does not exist, best first. */
export function nearestFunctions(wanted: string): string[] {
  try {
    return nearestNames(wanted, KernelSymbols.current().functionNames());
  } catch {
    return [];
  }
}

/** The functions of a name, `module:name` included; none when /proc/kallsyms cannot be read. */
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
 * The functions that match a glob and can be traced together.
 *
 * By address where the kernel tells (6.5), since names are not unique; by name otherwise.
 */
export function matchingFunctions(pattern: string): Functions {
  const glob = globToRegExp(pattern);
  const addresses = traceableAddresses((name) => glob.test(name));
  if (addresses !== undefined) return { addresses: BigUint64Array.from(addresses) };
  return { symbols: [...new Set(traceableNames((name) => glob.test(name)))] };
}

/**
 * Of several functions of one name, those that can be traced; all where the kernel does not tell by address (6.5).
 */
export function traceable(functions: readonly KernelFunction[]): readonly KernelFunction[] {
  const names = new Set(functions.map(({ name }) => name));
  const addresses = new Set(traceableAddresses((name) => names.has(name)) ?? []);
  const found = functions.filter(({ address }) => addresses.has(address));
  return found.length > 0 ? found : functions;
}

/** Where the functions are that can be traced; undefined when the kernel has no such list, or hides addresses. */
function traceableAddresses(test: (name: string) => boolean): bigint[] | undefined {
  const text = readTracefs("available_filter_functions_addrs");
  if (text === undefined) return undefined;
  const found: bigint[] = [];
  for (const [, address, name] of text.matchAll(/^([0-9a-f]+) (\S+)/gm)) {
    if (name !== undefined && test(name)) found.push(BigInt(`0x${address}`));
  }
  return found.includes(0n) ? undefined : found;
}

function traceableNames(test: (name: string) => boolean): string[] {
  const found: string[] = [];
  for (const [, name] of (readTracefs("available_filter_functions") ?? "").matchAll(/^(\S+)/gm)) {
    if (name !== undefined && !name.startsWith("__ftrace_invalid_address") && test(name)) found.push(name);
  }
  return found;
}
