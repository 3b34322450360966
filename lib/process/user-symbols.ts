import { basename } from "node:path";
import { arrayOf, checkPath, checkPid, checkU64, iterable, optional, optionsOf } from "../arguments/index.ts";
import { type BinaryIndex, readBinaryIndex } from "./binary-index.ts";
import { openablePath, withoutMark } from "./files.ts";
import { type CodeMapping, codeMappings } from "./mappings.ts";
import { PerfMap } from "./perf-map.ts";

/** The place of an address in a process. */
export interface UserSymbolAt {
  /** The name of the function; undefined when the file has none at the address. */
  readonly name: string | undefined;
  /** The offset in bytes from the start of the function; without a function, from the start of the file or mapping. */
  readonly offset: number;
  /**
   * The file as the process sees it, `/usr/lib/x86_64-linux-gnu/libc.so.6`; `[vdso]` and the like for memory of the
   * kernel; undefined for code that a runtime compiled in memory.
   */
  readonly file: string | undefined;
}

/** A place in a file, as in a stack map with the flag `stack-build-id`. */
export interface BuildIdPlace {
  /** The build ID of the file, in hexadecimal; undefined when the kernel could not read it. */
  readonly buildId?: string;
  /** Bytes from the start of the file; undefined without a build ID. */
  readonly offset?: bigint;
  /** The address in memory, if the build ID is unknown. */
  readonly address: bigint;
}

/** Options of {@link UserSymbols}. */
export interface UserSymbolsOptions {
  /** Folders with files of debug information, `.build-id/ab/cdef….debug`. Default: `["/usr/lib/debug"]`. */
  debugFolders?: readonly string[] | undefined;
}

const checkOptions = optionsOf<UserSymbolsOptions>({ debugFolders: optional(arrayOf(checkPath)) });

interface Process {
  mappings: readonly CodeMapping[];
  /** The time of the read in milliseconds, from performance.now(). */
  readAt: number;
  perfMap: PerfMap | undefined;
}

// The mappings of a process change when it loads libraries, and completely when it executes another program.
const MAPPINGS_AGE = 1000;

/**
 * The functions of programs and libraries by address, for the stacks of processes: from the symbol tables of the files
 * in the mount namespaces of the processes, from separate debug information, and from /tmp/perf-PID.map.
 *
 * The mappings of a process are read at the first query and again after a second. They are kept after the process has
 * ended; a process that ended before the first query is unknown. Files are read once and not kept open.
 *
 * @example
 * ```ts
 * const symbols = new UserSymbols();
 * console.log(symbols.names(event.pid, stack));
 * ```
 */
export class UserSymbols {
  readonly #debugFolders: readonly string[];
  readonly #processes = new Map<number, Process>();
  /** The indexes by device, inode and time of change; undefined for a file that cannot be read. */
  readonly #files = new Map<string, BinaryIndex | undefined>();

  /** @throws {@link InvalidArgumentError} for options that do not fit. */
  constructor(options?: UserSymbolsOptions) {
    this.#debugFolders = checkOptions(options, "UserSymbols").debugFolders ?? ["/usr/lib/debug"];
  }

  /**
   * Returns the function at an address of a process. Undefined when the process does not exist, may not be inspected
   * (CAP_SYS_PTRACE for other users), or has no code at the address.
   *
   * @throws {@link InvalidArgumentError} when `pid` is not a process ID, or `at` is not an address.
   */
  find(pid: number, at: bigint | BuildIdPlace): UserSymbolAt | undefined {
    const { mappings, perfMap } = this.#process(checkPid(pid, "pid of UserSymbols.find"));
    const isObject = typeof at === "object" && at !== null;
    if (isObject && at.buildId !== undefined && at.offset !== undefined)
      return this.#findByBuildId(pid, mappings, at.buildId, Number(at.offset));
    const address = checkU64(isObject ? at.address : at, "address of UserSymbols.find");
    const mapping = mappings.find(({ start, end }) => address >= start && address < end);
    if (mapping === undefined) return undefined;
    const place = Number(address - mapping.start + mapping.offset);
    if (mapping.path.startsWith("/")) return this.#findInFile(pid, mapping, place);
    const compiled = perfMap?.find(address);
    if (compiled !== undefined) return { ...compiled, file: undefined };
    return { name: undefined, offset: place, file: mapping.path === "" ? undefined : mapping.path };
  }

  /**
   * Returns the names of the functions of a stack, in the order of the stack. For an unknown function, it is the name
   * of the file, `[libc.so.6]`, or `[unknown]`.
   *
   * @param stack - The addresses, innermost first, as in the kernel's stacks: all but the first are return addresses.
   */
  names(pid: number, stack: Iterable<bigint | BuildIdPlace>): string[] {
    return Array.from(iterable(stack, "stack of UserSymbols.names"), (at, depth) => {
      // A call can be the last instruction of its function, so its return address is outside.
      const found = this.find(pid, depth === 0 ? at : before(at));
      return found?.name ?? bracketed(found?.file);
    });
  }

  #process(pid: number): Process {
    const known = this.#processes.get(pid);
    const now = performance.now();
    if (known !== undefined && now - known.readAt < MAPPINGS_AGE) return known;
    try {
      const mappings = codeMappings(pid);
      if (mappings.length > 0 || known === undefined) {
        const compiles = mappings.some(({ path }) => path === "" || path.startsWith("[anon"));
        const read = { mappings, readAt: now, perfMap: compiles ? PerfMap.of(pid) : undefined };
        this.#processes.set(pid, read);
        return read;
      }
    } catch {
      // It has ended, or is another user's.
    }
    const kept = { mappings: [], perfMap: undefined, ...known, readAt: now };
    this.#processes.set(pid, kept);
    return kept;
  }

  #findInFile(pid: number, mapping: CodeMapping, place: number): UserSymbolAt {
    const found = this.#index(pid, mapping)?.functions.find(place);
    return { name: found?.name, offset: found?.offset ?? place, file: withoutMark(mapping.path) };
  }

  #findByBuildId(
    pid: number,
    mappings: readonly CodeMapping[],
    id: string,
    place: number,
  ): UserSymbolAt | undefined {
    // The kernel pads a short ID with zeros.
    const mapping = mappings.find((each) => {
      const own = each.path.startsWith("/") ? this.#index(pid, each)?.buildId : undefined;
      return own !== undefined && own.padEnd(40, "0") === id.padEnd(40, "0");
    });
    return mapping && this.#findInFile(pid, mapping, place);
  }

  #index(pid: number, mapping: CodeMapping): BinaryIndex | undefined {
    const key = `${mapping.device} ${mapping.inode} ${mapping.path}`;
    if (!this.#files.has(key)) this.#files.set(key, this.#read(pid, mapping));
    return this.#files.get(key);
  }

  #read(pid: number, mapping: CodeMapping): BinaryIndex | undefined {
    try {
      return readBinaryIndex(openablePath(pid, mapping), this.#debugFolders);
    } catch {
      return undefined;
    }
  }
}

function before(at: bigint | BuildIdPlace): bigint | BuildIdPlace {
  if (typeof at === "bigint") return at === 0n ? at : at - 1n;
  const { buildId, offset, address } = at;
  if (buildId !== undefined && offset !== undefined) return { buildId, offset: offset - 1n, address };
  return address === 0n ? at : address - 1n;
}

function bracketed(file: string | undefined): string {
  if (file === undefined) return "[unknown]";
  return file.startsWith("[") ? file : `[${basename(file)}]`;
}
