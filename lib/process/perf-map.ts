import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import type { FunctionAt } from "../elf/index.ts";
import { rethrowUnlessHidden } from "../kernel/file-error.ts";

// A runtime that names a million functions writes some 100 MB.
const MAX_SIZE = 256 << 20;

/**
 * The functions that a runtime compiled in memory, from the file in which it lists them (`node --perf-basic-prof` and
 * others).
 */
export class PerfMap {
  readonly #functions: readonly { start: bigint; size: bigint; name: string }[];

  /** Reads the file of a process. Returns undefined if the process writes no such file, or the file cannot be read. */
  static of(pid: number): PerfMap | undefined {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "latin1");
      // The file name has the process ID inside the PID namespace of the process.
      const own = /^NSpid:.*\b(\d+)$/m.exec(status)?.[1] ?? pid;
      const fd = openSync(`/proc/${pid}/root/tmp/perf-${own}.map`, constants.O_RDONLY | constants.O_NONBLOCK);
      try {
        const file = fstatSync(fd);
        return file.isFile() && file.size <= MAX_SIZE ? new PerfMap(readFileSync(fd, "utf8")) : undefined;
      } finally {
        closeSync(fd);
      }
    } catch (cause) {
      rethrowUnlessHidden(`perf map of process ${pid}`, cause);
      return undefined;
    }
  }

  /** @param text - Lines with an address, a size (both in hexadecimal) and a name. */
  constructor(text: string) {
    // Code is moved and replaced, so the last entry for an address is the current one.
    const byStart = new Map<bigint, { start: bigint; size: bigint; name: string }>();
    for (const [, start, size, name = ""] of text.matchAll(
      /^(?:0x)?([0-9a-f]{1,16}) ([0-9a-f]{1,16}) (.+)$/gim,
    )) {
      const at = BigInt(`0x${start}`);
      byStart.set(at, { start: at, size: BigInt(`0x${size}`), name });
    }
    this.#functions = [...byStart.values()].sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  find(address: bigint): FunctionAt | undefined {
    let low = 0;
    let high = this.#functions.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#functions[middle] as { start: bigint }).start <= address) low = middle + 1;
      else high = middle;
    }
    const found = this.#functions[low - 1];
    if (found === undefined || address >= found.start + found.size) return undefined;
    return { name: found.name, offset: Number(address - found.start) };
  }
}
