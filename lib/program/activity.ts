import { instanceOf, iterable } from "../arguments/index.ts";
import { NotExistError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { type ProgramStats, programStats } from "./info.ts";
import { openId } from "./open.ts";
import { Program } from "./program.ts";

/** The activity of a program since the last measurement. */
export interface ProgramActivity {
  /** ID in the kernel. */
  readonly id: number;
  /** Name in the kernel; for a program of this package, the name in C. */
  readonly name: string;
  /** Program type. */
  readonly type: string;
  /** IDs of the maps that it uses. */
  readonly mapIds: readonly number[];
  /** Total number of runs while statistics were enabled. */
  readonly runCount: bigint;
  /** Total time of these runs, in nanoseconds. */
  readonly runTime: bigint;
  /** Runs per second since the last measurement; 0 at the first. */
  readonly runsPerSecond: number;
  /** Share of one CPU since the last measurement: 1 is a whole CPU. */
  readonly cpuShare: number;
}

const checkProgram = instanceOf(Program, "a Program");

interface Known extends Pick<ProgramActivity, "id" | "name" | "type" | "mapIds"> {
  runCount: bigint;
  runTime: bigint;
}

/**
 * Measures how often programs run and how much time of the CPU they take. The kernel counts only while statistics are
 * enabled: see {@link enableStats}.
 *
 * Between two measurements the meter holds no program open, so it keeps none alive.
 *
 * @example
 * ```ts
 * using stats = enableStats();
 * const meter = new ActivityMeter();
 * setInterval(() => console.table(meter.measure()), 1000);
 * ```
 */
export class ActivityMeter {
  readonly #known = new Map<number, Known>();
  readonly #given: readonly Program[] | undefined = undefined;
  #measuredAt: bigint | undefined;

  /**
   * @param programs - The programs to measure, which the caller keeps open. Default: all programs of the machine, which
   * needs CAP_SYS_ADMIN.
   */
  constructor(programs?: Iterable<Program>) {
    if (programs === undefined) return;
    const subject = "programs of ActivityMeter";
    this.#given = Array.from(iterable(programs, subject), (program) => checkProgram(program, subject));
  }

  /**
   * Measures. Programs that were loaded since the last call are included from now on.
   *
   * @throws {@link PermissionError} without the privilege to see the programs.
   */
  measure(): ProgramActivity[] {
    const now = process.hrtime.bigint();
    const elapsed = this.#measuredAt === undefined ? 0 : Number(now - this.#measuredAt);
    this.#measuredAt = now;
    return this.#given === undefined ? this.#measureAll(elapsed) : this.#measureGiven(this.#given, elapsed);
  }

  #measureGiven(programs: readonly Program[], elapsed: number): ProgramActivity[] {
    return programs.flatMap((program, i) => {
      if (program.closed) return [];
      const known = this.#known.get(i) ?? describe(program);
      this.#known.set(i, known);
      return [activity(known, program.stats(), elapsed)];
    });
  }

  #measureAll(elapsed: number): ProgramActivity[] {
    const activities: ProgramActivity[] = [];
    const ids = [...Program.ids()];
    for (const id of ids) {
      const one = whileOpen(id, (handle) => {
        const known = this.#known.get(id) ?? describeId(id);
        this.#known.set(id, known);
        return activity(known, programStats(handle), elapsed);
      });
      if (one !== undefined) activities.push(one);
    }
    const existing = new Set(ids);
    for (const id of this.#known.keys()) if (!existing.has(id)) this.#known.delete(id);
    return activities;
  }
}

/** Calls a function with an open program. Returns undefined when the program was unloaded after its ID was listed. */
function whileOpen<T>(id: number, call: (handle: Handle) => T): T | undefined {
  let handle: Handle;
  try {
    handle = openId(id);
  } catch (error) {
    if (error instanceof NotExistError) return undefined;
    throw error;
  }
  try {
    return call(handle);
  } finally {
    native().programClose(handle);
  }
}

function describeId(id: number): Known {
  using program = Program.fromId(id);
  return describe(program);
}

function describe(program: Program): Known {
  const { id, mapIds } = program.info();
  const { runCount, runTime } = program.stats();
  return { id, name: program.name, type: program.type, mapIds, runCount, runTime };
}

function activity(known: Known, { runCount, runTime }: ProgramStats, elapsed: number): ProgramActivity {
  const runs = Number(runCount - known.runCount);
  const time = Number(runTime - known.runTime);
  known.runCount = runCount;
  known.runTime = runTime;
  return {
    id: known.id,
    name: known.name,
    type: known.type,
    mapIds: known.mapIds,
    runCount,
    runTime,
    runsPerSecond: elapsed > 0 ? (runs * 1e9) / elapsed : 0,
    cpuShare: elapsed > 0 ? time / elapsed : 0,
  };
}
