import type { Codec } from "../codec/codec.ts";
import { handleOf, Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import { Program } from "../program/index.ts";
import type { ProgramOrigin } from "../program/program.ts";
import type { ObjectSpec, PlannedProgram } from "../spec/index.ts";

/** A program of a load: its properties at that time. The spec can be edited for another load. */
export interface LoadedProgram extends PlannedProgram {
  /** Whether `attach` of the collection skips the program. */
  readonly isManual?: boolean;
}

/** The programs of a loaded object. A Program object is created at first use. */
export class LivePrograms extends Resource {
  readonly #object: ObjectSpec;
  readonly #waiting: Map<string, Handle>;
  readonly #made = new Map<string, Program>();
  readonly #released = new Set<Program>();
  /** The loaded programs, in the order of the object. */
  readonly loaded: readonly LoadedProgram[];

  /** @param handles - Handles by name. This object owns them. */
  constructor(object: ObjectSpec, programs: readonly LoadedProgram[], handles: Map<string, Handle>) {
    super(0, `collection "${object.name}"`, () => {
      for (const handle of handles.values()) native().programClose(handle);
    });
    this.#object = object;
    this.#waiting = handles;
    this.loaded = programs.filter(({ name }) => handles.has(name));
  }

  get(loaded: LoadedProgram): Program {
    const { name } = loaded;
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    // A program that was not used before `close` is created closed.
    const program = new Program(
      this.closed ? -1 : (this.#waiting.get(name) ?? -1),
      originOf(loaded, this.#object),
    );
    this.#waiting.delete(name);
    this.#made.set(name, program);
    return program;
  }

  /** The handle of a program, without creating a Program object. -1 for a closed program. */
  handle({ name }: LoadedProgram): Handle {
    const made = this.#made.get(name);
    if (made === undefined) return this.#waiting.get(name) ?? -1;
    return made.closed ? -1 : made[handleOf];
  }

  all(): [string, Program][] {
    return this.loaded.map((loaded) => [loaded.name, this.get(loaded)]);
  }

  /** Transfers a program to the caller. Returns false for a program of another object. */
  release(program: Program): boolean {
    const made = this.#made.get(program?.name);
    if (made === undefined || made !== program) return false;
    this.#released.add(program);
    return true;
  }

  /** Closes all programs. Programs that were not used are closed by their handles. */
  override close(): void {
    for (const program of this.#made.values()) if (!this.#released.has(program)) program.close();
    super.close();
  }
}

function originOf(
  { name, section, type, attachType, attachTo }: LoadedProgram,
  object: ObjectSpec,
): ProgramOrigin {
  return {
    name,
    section,
    type,
    attachType,
    attachTo,
    get contextCodec(): Codec<unknown> | undefined {
      return object.programs[name]?.contextCodec;
    },
  };
}
