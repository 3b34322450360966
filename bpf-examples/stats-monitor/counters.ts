// The counters of an interface, from the best source there is at the moment.
import { readFileSync } from "node:fs";
import { EbpfError, type Link, link } from "ebpf";
import { loadStatsSpec, type Stats } from "./stats.bpf.ts";

/** Since the source began to count. */
export interface Counts {
  processed: number;
  dropped: number;
  errors: number;
}

export interface Reading {
  /**
   * - `program`: the XDP program counts.
   * - `kernel`: the interface's own counters, which do not know why a packet was dropped.
   * - `none`: nothing can be read.
   */
  source: "program" | "kernel" | "none";
  counts: Counts;
  /** Why it is not the program; undefined if it is. */
  reason: string | undefined;
}

/** What is loaded and attached, as long as it works. */
interface Attached {
  stats: Stats;
  link: Link;
}

/**
 * Reads the counters of an interface. If the program cannot be loaded or attached, or was detached by another process, or
 * its map cannot be read, the counters of the kernel take its place. Each reading tries the program again.
 */
export class Counters implements Disposable {
  readonly #interface: string;
  readonly #blockedPort: number;
  #attached: Attached | undefined;

  constructor(interfaceName: string, blockedPort = 0) {
    this.#interface = interfaceName;
    this.#blockedPort = blockedPort;
  }

  /** The program and its map, for as long as they work. */
  get attached(): Attached | undefined {
    return this.#attached;
  }

  async read(): Promise<Reading> {
    try {
      if (this.#attached !== undefined && !isAttached(this.#attached.link)) {
        this.#release();
        return this.#readKernel(`the program was detached from ${this.#interface}`);
      }
      this.#attached ??= await this.#attach();
      return { source: "program", counts: countsOf(this.#attached.stats), reason: undefined };
    } catch (error) {
      // Errors of other classes are faults of this code.
      if (!(error instanceof EbpfError)) throw error;
      this.#release();
      return this.#readKernel(error.message);
    }
  }

  #readKernel(reason: string): Reading {
    const counts = countsOfKernel(this.#interface);
    if (counts === undefined)
      return { source: "none", counts: { processed: 0, dropped: 0, errors: 0 }, reason };
    return { source: "kernel", counts, reason };
  }

  async #attach(): Promise<Attached> {
    const spec = loadStatsSpec();
    spec.variables.blocked_port.value = this.#blockedPort;
    const stats = await spec.load();
    try {
      const program = stats.programs.count_packets;
      return { stats, link: link.xdp(program, { interface: this.#interface, mode: "generic" }) };
    } catch (error) {
      stats.close();
      throw error;
    }
  }

  #release(): void {
    this.#attached?.link.close();
    this.#attached?.stats.close();
    this.#attached = undefined;
  }

  [Symbol.dispose](): void {
    this.#release();
  }
}

/** The interface of a link is 0 once it was detached, or the interface has gone. */
function isAttached(attached: Link): boolean {
  const info = attached.info();
  return info.type === "xdp" && info.interfaceIndex !== 0;
}

/** Undefined without such an interface. /sys/class/net can be that of another network namespace; this file is never. */
function countsOfKernel(interfaceName: string): Counts | undefined {
  const line = readFileSync("/proc/self/net/dev", "utf8")
    .split("\n")
    .find((each) => each.trimStart().startsWith(`${interfaceName}:`));
  if (line === undefined) return undefined;
  const [, processed = 0, errors = 0, dropped = 0] = line
    .slice(line.indexOf(":") + 1)
    .trim()
    .split(/\s+/)
    .map(Number);
  return { processed, dropped, errors };
}

function countsOf({ maps }: Stats): Counts {
  const sum = { processed: 0, dropped: 0, errors: 0 };
  for (const { processed, dropped, errors } of maps.stats_map.lookup(0)) {
    sum.processed += Number(processed);
    sum.dropped += Number(dropped);
    sum.errors += Number(errors);
  }
  return sum;
}
