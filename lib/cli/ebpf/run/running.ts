import { layoutOf } from "../../../codec/index.ts";
import {
  ActivityMeter,
  type CollectionSpec,
  EbpfError,
  type Program,
  type Variable,
  type VariableSpec,
} from "../../../index.ts";
import type { Arguments } from "./arguments.ts";
import { Buffers } from "./buffers.ts";
import { applyEdits } from "./edits.ts";
import { isZero, type ShownMap, shownMaps, snapshotOf } from "./map-snapshot.ts";
import { Session } from "./session.ts";
import type { Snapshot, Summary, VariableValue } from "./view.ts";

/** An object whose programs run, and its maps, variables and buffers that are shown. */
export class Running {
  readonly spec: CollectionSpec;
  readonly session: Session;
  #buffers: Buffers;
  /** Messages to show before the results. */
  readonly notes: readonly string[];
  readonly #maps: readonly ShownMap[];
  readonly #variables: readonly VariableSpec[];
  readonly #meter: ActivityMeter;

  /** Loads and attaches an object. Nothing stays in the kernel when it throws. */
  static async start(
    spec: CollectionSpec,
    args: Arguments,
    edit?: (spec: CollectionSpec) => void,
  ): Promise<Running> {
    const { set, size, only, pin } = args;
    const notes = applyEdits(spec, { set, size, only, pinRoot: pin });
    edit?.(spec);
    const session = await Session.load(spec, args);
    try {
      // Buffers are opened before a program runs, so that its first records are not lost.
      const buffers = new Buffers(spec, session.coll, args.types, (text) => notes.push(text));
      try {
        session.attach(args);
        return new Running(session, buffers, args, notes);
      } catch (error) {
        buffers.close();
        throw error;
      }
    } catch (error) {
      session.close();
      throw error;
    }
  }

  private constructor(session: Session, buffers: Buffers, { maps }: Arguments, notes: string[]) {
    const { spec, coll, skipped } = session;
    this.spec = spec;
    this.session = session;
    this.#buffers = buffers;
    for (const { name, reason } of skipped) notes.push(`program "${name}" does not run: ${reason}`);
    this.notes = notes;
    const isShown = maps !== undefined || buffers.views.length === 0;
    this.#maps = isShown ? shownMaps(spec, coll, maps ?? []) : [];
    const named = maps !== undefined && maps.length > 0;
    this.#variables = isShown ? changing(spec).filter(({ map }) => !named || maps.includes(map)) : [];
    this.#meter = new ActivityMeter(Object.values(coll.programs) as Program[]);
    this.#meter.measure();
  }

  get buffers(): Buffers {
    return this.#buffers;
  }

  /** Opens the buffers again after they were closed. */
  reopen({ types }: Arguments): void {
    const { spec, coll } = this.session;
    this.#buffers = new Buffers(spec, coll, types, () => undefined);
  }

  /** Reads the present state. @param seconds - Since the start. */
  snapshot(seconds: number): Snapshot {
    return {
      seconds,
      maps: this.#maps.map(snapshotOf),
      variables: this.#variables.flatMap((variable) => this.#valueOf(variable) ?? []),
      programs: this.#meter.measure(),
      buffers: this.#buffers.counts(),
    };
  }

  /** Reads the final state. The rates of programs are those of the whole time. */
  summary(seconds: number): Summary {
    const snapshot = this.snapshot(seconds);
    const programs = snapshot.programs.map((program) => ({
      ...program,
      runsPerSecond: Number(program.runCount) / seconds,
      cpuShare: Number(program.runTime) / 1e9 / seconds,
    }));
    return { ...snapshot, programs, skipped: this.session.skipped };
  }

  /** Undefined for a struct or an array that was not written to. */
  #valueOf(spec: VariableSpec): VariableValue | undefined {
    const { name, section, type } = spec;
    const layout = type === undefined ? undefined : layoutOf(spec.codec);
    try {
      const variable = this.session.coll.variables[name] as Variable;
      const value = layout === undefined ? variable.bytes : variable.value;
      const isPlain = typeof value !== "object";
      return isPlain || !isZero(value) ? { name, section, layout, value } : undefined;
    } catch (error) {
      // The memory of the section is not shared on old kernels.
      if (error instanceof EbpfError) return undefined;
      throw error;
    }
  }

  close(): void {
    this.#buffers.close();
    this.session.close();
  }
}

/** Global variables that programs may change. */
function changing(spec: CollectionSpec): VariableSpec[] {
  return Object.values(spec.variables).filter(
    ({ constant, section }) => !constant && (section.startsWith(".bss") || section.startsWith(".data")),
  );
}
