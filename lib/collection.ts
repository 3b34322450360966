import { InvalidArgumentError } from "./errors.ts";
import { whyUnattached } from "./hooks/index.ts";
import { type AttachOptions, type Link, structOps } from "./link/index.ts";
import type { LiveMaps } from "./load/live-maps.ts";
import { type Loaded, load, loadSync } from "./load/load.ts";
import type { LoadOptions } from "./load/options.ts";
import type { AnyMap, MapBase } from "./map/index.ts";
import { native } from "./native.ts";
import type { Program } from "./program/index.ts";
import { handleOf, Resource } from "./resource.ts";
import { named, namedLazily, type ObjectSpec } from "./spec/index.ts";
import type { ReadonlyVariable, Variable } from "./variable.ts";

/** Which maps, programs and variables an object has. `bpf2ts` writes one for each object. */
export interface Shape {
  maps: Record<string, MapBase>;
  // biome-ignore lint/suspicious/noExplicitAny: a program of any type is to fit
  programs: Record<string, Program<any>>;
  // biome-ignore lint/suspicious/noExplicitAny: a variable of any type is to fit
  variables: Record<string, ReadonlyVariable<any>>;
}

/** Where nothing was generated, maps are taken for such as have keys, which most are. */
type MapsOf<S extends Shape> = string extends keyof S["maps"] ? Record<string, AnyMap> : S["maps"];

/** Where nothing was generated, which variables are constant is known at run time only. */
type VariablesOf<S extends Shape> = string extends keyof S["variables"]
  ? // biome-ignore lint/suspicious/noExplicitAny: see above
    Record<string, Variable<any>>
  : S["variables"];

/**
 * What `attach` of a whole collection is told, by the names of its programs and struct_ops maps: the options of a
 * program whose SEC name does not say all, or false to pass one over.
 */
export type CollectionAttachOptions<S extends Shape> = {
  [Name in keyof S["programs"] | keyof S["maps"]]?:
    | false
    | (Name extends keyof S["programs"] ? OptionsOf<S["programs"][Name]> : never);
};

type OptionsOf<P> = P extends Program<infer Type> ? AttachOptions<Type> : never;

/** The links of a collection, by the names of the programs and struct_ops maps they hold. */
export type Links<S extends Shape> = { [Name in keyof S["programs"] | keyof S["maps"]]: Link };

/**
 * An object file that is loaded: its maps exist, its programs have passed the verifier, its variables are in memory.
 * Nothing runs until something is attached.
 *
 * Closing it closes all that it holds, links made by its `attach` included.
 */
export class Collection<S extends Shape = Shape> extends Resource {
  readonly name: string;
  /** By their names in C; data sections are called `.data`, `.rodata`, `.bss`. A wrong name throws UnknownNameError. */
  readonly maps: MapsOf<S>;
  /** Those that were loaded, by their names in C. A wrong name throws UnknownNameError. */
  readonly programs: S["programs"];
  /** Global variables, by their names in C. A wrong name throws UnknownNameError. */
  readonly variables: VariablesOf<S>;
  /** What libbpf said while loading; with `logLevel`, the verifier's logs too. */
  readonly log: string;
  /** Name and way of attaching, in the object's order. */
  readonly #attachable: [string, (options?: object) => Link][];
  readonly #links: Link[] = [];
  readonly #maps: LiveMaps;

  /**
   * Loads a spec into the kernel, on a thread of the pool. The spec can be loaded again.
   *
   * @throws VerifierError when a program is refused, PermissionError without the privilege, NotSupportedError for what
   * the kernel lacks, LoadError for any other reason, InvalidArgumentError for an edit that makes no sense. Nothing is
   * left in the kernel then.
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
    const { live } = loaded;
    this.#maps = live;
    this.maps = namedLazily(
      "map",
      loaded.maps.map((map) => [map.name, () => live.get(map)]),
    ) as MapsOf<S>;
    this.programs = named("program", loaded.programs) as S["programs"];
    this.variables = named("variable", loaded.variables) as VariablesOf<S>;
    this.#attachable = [];
    for (const [name, program] of loaded.programs)
      if (spec.programs[name]?.autoattach && whyUnattached(program.type, program.attachType) === undefined)
        this.#attachable.push([name, (options) => program.attach(options)]);
    for (const map of loaded.maps)
      if (map.structOps !== undefined) this.#attachable.push([map.name, () => structOps(live.get(map))]);
  }

  /**
   * Attaches every program where its SEC name says, in the object's order, and registers every struct_ops map. When
   * one fails, those attached before it are detached again. Passed over are programs that have no hook (`syscall`),
   * those whose spec says `autoattach = false`, and those that `options` sets to false.
   *
   * @param options - By name, what a SEC name leaves open: `{ my_filter: { interface: "eth0" } }`.
   * @returns The links by name, which the collection closes. Asking for one that was passed over throws
   * UnknownNameError.
   * @throws AttachTargetError when neither the SEC name nor the options say where; whatever `attach` of a program
   * throws; InvalidArgumentError for options of a name that is not attached.
   */
  attach(options: CollectionAttachOptions<S> = {}): Links<S> {
    void this[handleOf];
    const wanted: Record<string, object | false | undefined> = { ...options };
    for (const name of Object.keys(wanted))
      if (!this.#attachable.some(([known]) => known === name))
        throw new InvalidArgumentError(`collection "${this.name}" attaches nothing called "${name}"`);
    const links: [string, Link][] = [];
    try {
      for (const [name, attach] of this.#attachable) {
        const own = wanted[name];
        if (own !== false) links.push([name, attach(own)]);
      }
    } catch (error) {
      for (const [, link] of links.reverse()) link.close();
      throw error;
    }
    this.#links.push(...links.map(([, link]) => link));
    return named("link", links) as Links<S>;
  }

  /** Detaches what `attach` attached, and closes every map and program. A second call does nothing. */
  override close(): void {
    if (this.closed) return;
    for (const link of this.#links) link.close();
    for (const program of Object.values(this.programs)) program.close();
    this.#maps.close();
    super.close();
  }
}
