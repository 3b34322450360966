import { EADDRNOTAVAIL, ENOENT } from "../../errors/errno.ts";
import { AmbiguousSymbolError, NoSymbolError } from "../../errors/index.ts";
import { type Functions, functionsNamed, nearestFunctions, traceable } from "../../kernel/functions.ts";
import { isModuleLoaded } from "../../kernel/modules.ts";
import type { KernelFunction } from "../../kernel/symbols.ts";
import { kernelAtLeast } from "../../kernel/version.ts";
import { native } from "../../native/addon.ts";
import type { Handle, NativeError } from "../../native/handle.ts";
import type { Attachable } from "../attachable.ts";

/**
 * The address of `module:function`, because kernels from 6.6 do not find that name. Undefined for a function without a
 * module, and when the kernel hides its addresses.
 *
 * @throws {@link AmbiguousSymbolError}, {@link NoSymbolError}.
 */
export function moduleFunctionAddress(program: Attachable, symbol: string): bigint | undefined {
  if (!symbol.includes(":")) return undefined;
  const [first, ...others] = functionsNamed(symbol);
  if (first === undefined) throw noFunction(program, symbol);
  if (others.length > 0) throw ambiguousFunction(program, symbol);
  return first.address === 0n ? undefined : first.address;
}

/**
 * Closes a link to a name that several functions have, because a kernel before 6.6 attaches to the first of them.
 * Checks only after a successful attachment, because failed attachments must be cheap.
 *
 * @throws {@link AmbiguousSymbolError}
 */
export function refuseAmbiguous(program: Attachable, symbol: string, link: Handle): Handle {
  if (kernelAtLeast("6.6") || functionsNamed(symbol).length < 2) return link;
  native().linkClose(link);
  throw ambiguousFunction(program, symbol);
}

/**
 * Closes a kprobe.multi link if several traceable functions have one of the names, because the kernel attached to only
 * one of them.
 *
 * @throws {@link AmbiguousSymbolError}
 */
export function refuseAmbiguousAmong(program: Attachable, symbols: readonly string[], link: Handle): Handle {
  for (const symbol of symbols) {
    const named = functionsNamed(symbol);
    const found = named.length > 1 ? traceable(named) : named;
    if (found.length < 2) continue;
    native().linkClose(link);
    throw ambiguous(program, symbol, found);
  }
  return link;
}

/** The error for a function that the kernel does not have. The nearest names are computed on first access. */
export function noFunction(program: Attachable, symbol: string, cause?: NativeError): NoSymbolError {
  const [, module, name = symbol] = /^([^:]+):(.+)$/.exec(symbol) ?? [];
  const remedy =
    module !== undefined && !isModuleLoaded(module)
      ? `Module "${module}" is not loaded: modprobe ${module}`
      : "See /proc/kallsyms, which contains the functions of a module only while it is loaded";
  return new NoSymbolError(`this kernel has no function "${symbol}"`, {
    program: program.name,
    symbol,
    nearest: () => nearestFunctions(name),
    errno: cause?.errno ?? ENOENT,
    cause,
    remedy,
  });
}

/**
 * Functions by name, or by address if one of them is `module:function`, which kprobe.multi does not accept.
 *
 * @throws {@link AmbiguousSymbolError}, {@link NoSymbolError}.
 */
export function namedFunctions(program: Attachable, symbols: readonly string[]): Functions {
  if (!symbols.some((symbol) => symbol.includes(":"))) return { symbols: [...symbols] };
  return {
    addresses: BigUint64Array.from(symbols, (symbol) => {
      const named = functionsNamed(symbol);
      const [first, ...others] = named.length > 1 ? traceable(named) : named;
      if (first === undefined) throw noFunction(program, symbol);
      if (others.length > 0) throw ambiguous(program, symbol, [first, ...others]);
      return first.address;
    }),
  };
}

/**
 * The error for several functions, at least one of which the kernel lacks. The missing one is determined on first
 * access.
 */
export function noneOfFunctions(
  program: Attachable,
  symbols: readonly string[],
  cause: NativeError,
): NoSymbolError {
  const [first = ""] = symbols;
  if (symbols.length === 1) return noFunction(program, first, cause);
  const missing = () => symbols.filter((symbol) => functionsNamed(symbol).length === 0);
  return new NoSymbolError(
    () => {
      const names = missing().slice(0, 3);
      return names.length > 0
        ? `this kernel has no function ${names.map((name) => `"${name}"`).join(", ")}`
        : `the kernel does not allow tracing one of ${symbols.length} functions`;
    },
    {
      program: program.name,
      symbol: () => missing()[0] ?? first,
      nearest: () => missing().slice(0, 1).flatMap(nearestFunctions),
      errno: cause.errno,
      cause,
      remedy: "See /sys/kernel/tracing/available_filter_functions",
    },
  );
}

/** The error for a name that several kernel functions have. */
export function ambiguousFunction(
  program: Attachable,
  symbol: string,
  cause?: NativeError,
): AmbiguousSymbolError {
  return ambiguous(program, symbol, functionsNamed(symbol), cause);
}

function ambiguous(
  program: Attachable,
  symbol: string,
  found: readonly KernelFunction[],
  cause?: NativeError,
): AmbiguousSymbolError {
  const candidates = found.map(({ name, module, address }) => ({
    name: module === undefined ? name : `${module}:${name}`,
    ...(address !== 0n && { address }),
  }));
  const listed = candidates.map(({ name, address }) =>
    address === undefined ? name : `${name} at 0x${address.toString(16)}`,
  );
  const hidden = candidates.some(({ address }) => address === undefined);
  const count = candidates.length > 1 ? `${candidates.length}` : "several";
  return new AmbiguousSymbolError(
    `the kernel has ${count} functions "${symbol}"${listed.length > 0 ? `: ${listed.join(", ")}` : ""}`,
    {
      program: program.name,
      symbol,
      candidates,
      errno: cause?.errno ?? EADDRNOTAVAIL,
      cause,
      remedy: hidden
        ? "Attach by address; the kernel shows addresses with CAP_SYSLOG and kernel.kptr_restrict below 2"
        : "Attach to one of them by its address, or to all with a pattern of kprobe.multi",
    },
  );
}
