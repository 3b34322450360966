import { checkString, checkU64 } from "../arguments/index.ts";
import { EPERM } from "../errors/errno.ts";
import { PermissionError } from "../errors/index.ts";
import { loadedModules } from "./modules.ts";
import { readKernelFile } from "./read-file.ts";

/** The symbol of a kernel address. */
export interface SymbolAt {
  /** Name of the symbol. */
  readonly name: string;
  /** Offset from the start of the symbol, in bytes. */
  readonly offset: number;
  /** Module that contains the symbol; undefined for the kernel itself. */
  readonly module: string | undefined;
}

/** A function of the kernel or of a module. */
export interface KernelFunction {
  /** Name of the function. */
  readonly name: string;
  /** Address; 0n when the kernel hides its addresses. */
  readonly address: bigint;
  /** Module that contains the function; undefined for the kernel itself. */
  readonly module: string | undefined;
}

/**
 * The functions and variables of the running kernel from /proc/kallsyms, by address and by name.
 *
 * @example
 * ```ts
 * const symbol = KernelSymbols.current().find(address);
 * if (symbol) console.log(`${symbol.name}+${symbol.offset}`);
 * ```
 */
export class KernelSymbols {
  static #current: { symbols: KernelSymbols; modules: string } | undefined;
  readonly #text: string;
  #byAddress: { addresses: BigUint64Array; lines: Uint32Array } | undefined;
  /** Offsets of the lines of each function in the text. Most functions have one line. */
  #byName: Map<string, number | number[]> | undefined;

  /**
   * Returns the symbols of this kernel. They are cached, and read again after a module was loaded or removed.
   *
   * @throws {@link PermissionError} when the kernel hides its addresses.
   * @throws {@link SystemError} when /proc/kallsyms cannot be read.
   */
  static ofThisKernel(): KernelSymbols {
    const symbols = KernelSymbols.current();
    if (symbols.hasAddresses()) return symbols;
    // The process may have gained the privilege since the symbols were cached.
    KernelSymbols.#current = undefined;
    return KernelSymbols.read();
  }

  /**
   * Like `ofThisKernel`, but does not throw when the kernel hides its addresses.
   *
   * @internal
   */
  static current(): KernelSymbols {
    const modules = loadedModules();
    if (KernelSymbols.#current?.modules !== modules)
      KernelSymbols.#current = { symbols: new KernelSymbols(readKernelFile("/proc/kallsyms")), modules };
    return KernelSymbols.#current.symbols;
  }

  /**
   * Reads the current symbols of this kernel, about ten megabytes of text.
   *
   * @throws {@link PermissionError} when the kernel hides its addresses.
   * @throws {@link SystemError} when /proc/kallsyms cannot be read.
   */
  static read(): KernelSymbols {
    const symbols = new KernelSymbols(readKernelFile("/proc/kallsyms"));
    if (symbols.hasAddresses()) return symbols;
    throw new PermissionError("the kernel hides the addresses of its symbols", {
      operation: "read kallsyms",
      errno: EPERM,
      remedy: "Needs CAP_SYSLOG, and kernel.kptr_restrict below 2",
    });
  }

  /** @param text - In the format of /proc/kallsyms. */
  constructor(text: string) {
    this.#text = checkString(text, "text of KernelSymbols");
  }

  /** Returns the symbol at or before an address; undefined below the first symbol. */
  find(address: bigint): SymbolAt | undefined {
    checkU64(address, "address of KernelSymbols.find");
    this.#byAddress ??= sortedByAddress(this.#text);
    const { addresses, lines } = this.#byAddress;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((addresses[middle] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const start = addresses[low - 1] as bigint;
    // No function is that long: the address is after the last symbol, outside of the kernel's code.
    if (address - start > 0x100_0000n) return undefined;
    const { name, module } = this.#line(lines[low - 1] as number);
    return { name, offset: Number(address - start), module };
  }

  /**
   * Returns the functions of a name, each address once, without BPF programs.
   *
   * @param name - `do_unlinkat`, or `nf_nat:nf_nat_setup_info` for a function of one module.
   */
  functions(name: string): KernelFunction[] {
    const [, module, bare = name] =
      /^([^:]+):(.+)$/.exec(checkString(name, "name of a kernel function")) ?? [];
    const lines = this.#names().get(bare) ?? [];
    const found = new Map<string, KernelFunction>();
    for (const at of typeof lines === "number" ? [lines] : lines) {
      const each = this.#line(at);
      if (module !== undefined && each.module !== module) continue;
      found.set(each.address === 0n ? `line ${at}` : `${each.address}`, each);
    }
    return [...found.values()];
  }

  /** Returns the names of all functions, each once. */
  functionNames(): Iterable<string> {
    return this.#names().keys();
  }

  /** Returns the name of the symbol that starts at an address. One pass over the text: for a few addresses, without an index. */
  startingAt(address: bigint): string | undefined {
    const line = `\n${checkU64(address, "address of KernelSymbols.startingAt").toString(16).padStart(16, "0")} `;
    const at = this.#text.indexOf(line);
    return at < 0 ? undefined : this.#line(at + 1).name;
  }

  /** Returns whether the kernel shows addresses. */
  hasAddresses(): boolean {
    return /^(?!0+ )/m.test(this.#text);
  }

  #names(): Map<string, number | number[]> {
    this.#byName ??= functionsByName(this.#text);
    return this.#byName;
  }

  // ffffffff81000000 T _text
  // ffffffffc0000000 t func	[module]
  #line(at: number): KernelFunction {
    const end = this.#text.indexOf("\n", at);
    const [, , name = "", module] = this.#text.slice(at, end < 0 ? undefined : end).split(/\s+/);
    return { name, address: addressAt(this.#text, at) ?? 0n, module: module?.slice(1, -1) };
  }
}

function sortedByAddress(text: string): { addresses: BigUint64Array; lines: Uint32Array } {
  const found: { address: bigint; at: number }[] = [];
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    const address = addressAt(text, at);
    if (address !== undefined) found.push({ address, at });
    at = end < 0 ? text.length : end + 1;
  }
  // Among several names of one address, `find` returns the first one.
  found.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : b.at - a.at));
  return {
    addresses: BigUint64Array.from(found, ({ address }) => address),
    lines: Uint32Array.from(found, ({ at }) => at),
  };
}

const address = /[0-9a-f]{1,16}(?= )/iy;

/** The address at the start of a line; undefined for a line that has none. */
function addressAt(text: string, at: number): bigint | undefined {
  address.lastIndex = at;
  const digits = address.exec(text)?.[0];
  return digits === undefined ? undefined : BigInt(`0x${digits}`);
}

// T, t, W and w
const functionTypes = new Set([0x54, 0x74, 0x57, 0x77]);
const CLOSING_BRACKET = 0x5d;

function functionsByName(text: string): Map<string, number | number[]> {
  const found = new Map<string, number | number[]>();
  for (let at = 0, end = 0; at < text.length; at = end + 1) {
    end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const type = text.indexOf(" ", at) + 1;
    if (!functionTypes.has(text.charCodeAt(type))) continue;
    const tab = text.charCodeAt(end - 1) === CLOSING_BRACKET ? text.lastIndexOf("\t", end) : end;
    // Skip function padding of the compiler, and loaded BPF programs.
    if (text.startsWith("__pfx_", type + 2) || text.startsWith("[bpf]", tab + 1)) continue;
    const name = text.slice(type + 2, tab);
    const known = found.get(name);
    if (known === undefined) found.set(name, at);
    else if (typeof known === "number") found.set(name, [known, at]);
    else known.push(at);
  }
  return found;
}
