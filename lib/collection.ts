import type { Link } from "./link/index.ts";
import { type Loaded, load, loadSync } from "./load/load.ts";
import type { LoadOptions } from "./load/options.ts";
import type { BpfMap } from "./map/index.ts";
import { native } from "./native.ts";
import type { Program } from "./program/index.ts";
import { Resource } from "./resource.ts";
import { named, type ObjectSpec } from "./spec/index.ts";
import type { Variable } from "./variable.ts";

/** Which maps, programs and variables an object has. `bpf2ts` writes one for each object. */
export interface Shape {
  // biome-ignore lint/suspicious/noExplicitAny: a map of any key and value is to fit
  maps: Record<string, BpfMap<any, any>>;
  // biome-ignore lint/suspicious/noExplicitAny: a program of any type is to fit
  programs: Record<string, Program<any>>;
  // biome-ignore lint/suspicious/noExplicitAny: a variable of any type is to fit
  variables: Record<string, Variable<any>>;
}

/**
 * An object file that is loaded: its maps exist, its programs have passed the verifier, its variables are in memory.
 * Nothing runs until something is attached.
 *
 * Closing it closes all that it holds, links made by its `attach` included.
 */
export class Collection<S extends Shape = Shape> extends Resource {
  readonly name: string;
  /** By their names in C; data sections are called `.data`, `.rodata`, `.bss`. A wrong name throws UnknownNameError. */
  readonly maps: S["maps"];
  /** Those that were loaded, by their names in C. A wrong name throws UnknownNameError. */
  readonly programs: S["programs"];
  /** Global variables, by their names in C. A wrong name throws UnknownNameError. */
  readonly variables: S["variables"];
  /** What libbpf said while loading; with `logLevel`, the verifier's logs too. */
  readonly log: string;
  readonly #autoattach: Program[];
  readonly #links: Link[] = [];

  /**
   * Loads a spec into the kernel, on a thread of the pool. The spec can be loaded again.
   *
   * @throws VerifierError when a program is refused, PermissionError without the privilege, LoadError for any other
   * reason, InvalidArgumentError for an edit that makes no sense. Nothing is left in the kernel then.
   */
  static async load<S extends Shape = Shape>(
    spec: ObjectSpec,
    options: LoadOptions = {},
  ): Promise<Collection<S>> {
    return new Collection<S>(spec, await load(spec, options));
  }

  /** `load` on this thread: the event loop stands still while the verifier works. */
  static loadSync<S extends Shape = Shape>(spec: ObjectSpec, options: LoadOptions = {}): Collection<S> {
    return new Collection<S>(spec, loadSync(spec, options));
  }

  private constructor(spec: ObjectSpec, loaded: Loaded) {
    super(loaded.object, `collection "${spec.name}"`, native().objectClose);
    this.name = spec.name;
    this.log = loaded.log;
    this.maps = named("map", loaded.maps) as S["maps"];
    this.programs = named("program", loaded.programs) as S["programs"];
    this.variables = named("variable", loaded.variables) as S["variables"];
    this.#autoattach = loaded.programs
      .filter(([name]) => spec.programs[name]?.autoattach)
      .map(([, program]) => program);
  }

  /**
   * Attaches every program where its SEC name says, in the object's order. When one fails, those attached before it
   * are detached again. Programs whose spec says `autoattach = false` are passed over.
   *
   * @returns The links by program name; the collection closes them.
   * @throws What the `attach` of the program that failed throws.
   */
  attach(): Record<string, Link> {
    const links: [string, Link][] = [];
    try {
      for (const program of this.#autoattach) links.push([program.name, program.attach()]);
    } catch (error) {
      for (const [, link] of links.reverse()) link.close();
      throw error;
    }
    this.#links.push(...links.map(([, link]) => link));
    return Object.fromEntries(links);
  }

  /** Detaches what `attach` attached, and closes every map and program. A second call does nothing. */
  override close(): void {
    if (this.closed) return;
    for (const link of this.#links) link.close();
    for (const program of Object.values(this.programs)) program.close();
    for (const map of Object.values(this.maps)) map.close();
    super.close();
  }
}
