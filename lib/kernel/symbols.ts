import { readFileSync } from "node:fs";
import { EPERM } from "../errno.ts";
import { PermissionError } from "../errors.ts";

/** Where in the kernel an address is. */
export interface SymbolAt {
  readonly name: string;
  /** Bytes from the start of the symbol. */
  readonly offset: number;
  /** The module that it is in; undefined for the kernel itself. */
  readonly module: string | undefined;
}

/** The functions and variables of the running kernel by address: /proc/kallsyms. */
export class KernelSymbols {
  static #ofThisKernel: KernelSymbols | undefined;
  readonly #addresses: BigUint64Array;
  /** Of each address, where its line begins in the text. */
  readonly #lines: Uint32Array;
  readonly #text: string;

  /**
   * Those of this kernel, read once. Modules that are loaded later are not in it: make a new one by `read`.
   *
   * @throws PermissionError when the kernel hides its addresses.
   */
  static ofThisKernel(): KernelSymbols {
    KernelSymbols.#ofThisKernel ??= KernelSymbols.read();
    return KernelSymbols.#ofThisKernel;
  }

  /**
   * Reads the symbols of this kernel as they are now; some ten megabytes of text.
   *
   * @throws PermissionError when the kernel hides its addresses.
   */
  static read(): KernelSymbols {
    const symbols = new KernelSymbols(readFileSync("/proc/kallsyms", "latin1"));
    if (symbols.#addresses.some((address) => address !== 0n)) return symbols;
    throw new PermissionError("the kernel hides the addresses of its symbols", {
      operation: "read kallsyms",
      errno: EPERM,
      remedy: "Needs CAP_SYSLOG, and kernel.kptr_restrict below 2",
    });
  }

  /** @param text - In the format of /proc/kallsyms. */
  constructor(text: string) {
    this.#text = text;
    const found: { address: bigint; at: number }[] = [];
    for (let at = 0; at < text.length; ) {
      const end = text.indexOf("\n", at);
      const space = text.indexOf(" ", at);
      if (space > at) found.push({ address: BigInt(`0x${text.slice(at, space)}`), at });
      at = end < 0 ? text.length : end + 1;
    }
    // Of several names of one address, the last one stays behind the others, so that the first is found.
    found.sort((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : b.at - a.at));
    this.#addresses = BigUint64Array.from(found, ({ address }) => address);
    this.#lines = Uint32Array.from(found, ({ at }) => at);
  }

  /** The symbol that an address is in or after; undefined below the first one. */
  find(address: bigint): SymbolAt | undefined {
    const addresses = this.#addresses;
    let low = 0;
    let high = addresses.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((addresses[middle] as bigint) <= address) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return undefined;
    const start = addresses[low - 1] as bigint;
    // No function is that long: it lies behind the last symbol, in memory that is none of the kernel's text.
    if (address - start > 0x100_0000n) return undefined;
    const at = this.#lines[low - 1] as number;
    const end = this.#text.indexOf("\n", at);
    // ffffffff81000000 T _text
    // ffffffffc0000000 t func	[module]
    const [, , name = "", module] = this.#text.slice(at, end < 0 ? undefined : end).split(/\s+/);
    return { name, offset: Number(address - start), module: module?.slice(1, -1) };
  }
}
