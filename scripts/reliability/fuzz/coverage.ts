import { Session } from "node:inspector";

interface Range {
  startOffset: number;
  endOffset: number;
  count: number;
}

interface Script {
  scriptId: string;
  url: string;
  functions: { ranges: Range[] }[];
}

/** Which blocks of lib/ were run, as the engine counts them: no instrumentation, and no other runtime. */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  constructor() {
    this.#session.connect();
    this.#post("Profiler.enable");
    this.#post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Blocks that have been run so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** Forgets what ran since the last call. */
  skip(): void {
    this.#post("Profiler.takePreciseCoverage");
  }

  /** Returns how many blocks ran since the last call for the first time. */
  take(): number {
    const before = this.#seen.size;
    const { result } = this.#post("Profiler.takePreciseCoverage") as { result: Script[] };
    for (const { scriptId, url, functions } of result) {
      if (!url.includes("/lib/")) continue;
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) this.#seen.add(`${scriptId}:${startOffset}:${endOffset}`);
    }
    return this.#seen.size - before;
  }

  #post(method: string, parameters?: object): unknown {
    let answer: unknown;
    // The session is of this thread: it calls back before it returns.
    this.#session.post(method as "Profiler.enable", parameters as undefined, (error, result) => {
      if (error) throw error;
      answer = result;
    });
    return answer;
  }
}
