import { invalidArgument, optional, optionsOf, wordOf } from "../arguments/index.ts";
import { AttachError, AttachTargetError, InvalidArgumentError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import { ifKnown } from "../format/inspected.ts";
import { whyUnattached } from "../hooks/index.ts";
import { Link, structOps } from "../link/index.ts";
import { Resource } from "../live/resource.ts";
import type { LiveMaps } from "../load/live-maps.ts";
import { type Loaded, load, loadSync } from "../load/load.ts";
import type { LoadOptions } from "../load/options.ts";
import { type AnyMap, MapBase } from "../map/index.ts";
import { native } from "../native/addon.ts";
import type { Program } from "../program/index.ts";
import { named, namedLazily, type ObjectSpec } from "../spec/index.ts";
import type { Variable } from "../variable/variable.ts";
import type {
  AttachAllOptions,
  CollectionAttachArguments,
  CollectionAttachOptions,
  Links,
  Shape,
  SkippingUntargeted,
} from "./shape.ts";

/** Without generated types, maps are assumed to be keyed, as most are. */
type MapsOf<S extends Shape> = string extends keyof S["maps"] ? Record<string, AnyMap> : S["maps"];

/** Where nothing was generated, the types of programs are known at run time only. */
type ProgramsOf<S extends Shape> = string extends keyof S["programs"]
  ? Record<string, Program>
  : S["programs"];

/** Without generated types, constants are known at run time only. */
type VariablesOf<S extends Shape> = string extends keyof S["variables"]
  ? // biome-ignore lint/suspicious/noExplicitAny: see above
    Record<string, Variable<any>>
  : S["variables"];

/** A class of maps, whose type parameters are known at run time only. */
export type MapClassOf<M extends MapBase> = abstract new (...args: never[]) => M;

const checkAttachAll = optionsOf<AttachAllOptions>({ untargeted: optional(wordOf(["refuse", "skip"])) });

/**
 * An object file that is loaded: its maps exist, its programs have passed the verifier, its variables are in memory.
 * Nothing runs until something is attached.
 *
 * Closing it closes all that it holds, links made by its `attach` included. While such a link is open, it keeps the process
 * alive: see `unref`.
 */
// biome-ignore lint/suspicious/noExplicitAny: a collection of any object is to fit where none is named
export class Collection<S extends Shape = any> extends Resource {
  readonly name: string;
  /** By their names in C; data sections are called `.data`, `.rodata`, `.bss`. A wrong name throws UnknownNameError. */
  readonly maps: MapsOf<S>;
  /** Those that were loaded, by their names in C. A wrong name throws UnknownNameError. */
  readonly programs: ProgramsOf<S>;
  /** Global variables, by their names in C. A wrong name throws UnknownNameError. */
  readonly variables: VariablesOf<S>;
  /** What libbpf said while loading; with `logLevel`, the verifier's logs too. */
  readonly log: string;
  /**
   * What the last `attach` left out, by name, each with the reason: programs that have no hook of their own, that were
   * set to false, that have `autoattach = false`, or whose place nobody said (`untargeted: "skip"`). Empty before.
   */
  skipped: Readonly<Record<string, string>> = {};
  /** Ways to attach by name, in the object's order. */
  readonly #attachable: [string, (options?: object) => Link][] = [];
  /** Reasons why others are never attached, by name. */
  readonly #unattached: [string, string][] = [];
  /** Those of the spec's programs, loaded or not. */
  readonly #names: ReadonlySet<string>;
  readonly #links = new globalThis.Map<string, Link>();
  readonly #released = new Set<Program>();
  #isReferenced = true;
  readonly #maps: LiveMaps;

  /**
   * Loads a spec into the kernel, on a thread of the pool. The spec can be loaded again.
   *
   * @throws {@link VerifierError} when a program is refused, {@link PermissionError} without the privilege,
   * {@link NotSupportedError} for what the kernel lacks, {@link NoSymbolError} for a target that it does not have,
   * {@link LoadError} for any other reason,
   * {@link InvalidArgumentError} for an edit that makes no sense. Nothing is left in the kernel then.
   */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  static async load<S extends Shape = any>(
    spec: ObjectSpec,
    options: LoadOptions = {},
  ): Promise<Collection<S>> {
    return new Collection<S>(spec, await load(spec, options));
  }

  /** `load` on this thread: the event loop stands still while the verifier works. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  static loadSync<S extends Shape = any>(spec: ObjectSpec, options: LoadOptions = {}): Collection<S> {
    return new Collection<S>(spec, loadSync(spec, options));
  }

  private constructor(spec: ObjectSpec, loaded: Loaded) {
    super(loaded.object, `collection "${spec.name}"`, native().objectClose);
    this.name = spec.name;
    this.log = loaded.log;
    this.#names = new Set(Object.keys(spec.programs));
    const { live } = loaded;
    this.#maps = live;
    this.maps = namedLazily(
      "map",
      loaded.maps.map((map) => [map.name, () => live.get(map)]),
    ) as MapsOf<S>;
    this.programs = named("program", loaded.programs) as ProgramsOf<S>;
    this.variables = named("variable", loaded.variables) as VariablesOf<S>;
    for (const [name, program] of loaded.programs) {
      const why = whyUnattached(program.type, program.attachType);
      if (why !== undefined) this.#unattached.push([name, why.reason]);
      else if (spec.programs[name]?.autoattach === false)
        this.#unattached.push([name, "autoattach of its spec is false"]);
      else this.#attachable.push([name, (options) => program.attach(options)]);
    }
    for (const map of loaded.maps)
      if (map.structOps !== undefined) this.#attachable.push([map.name, () => structOps(live.get(map))]);
  }

  /**
   * Attaches every program where its SEC name says, in the object's order, and registers every struct_ops map. When one
   * fails, those attached before it are detached again. Left out are programs that have no hook (`syscall`), those
   * whose spec says `autoattach = false`, and those that `options` sets to false: see `skipped`.
   *
   * @param args - First the options, by name: what a SEC name leaves open, as `{ my_filter: { interface: "eth0" } }`.
   * They are required where a SEC name does not say all. Then what to do with programs that have no place yet.
   * @returns The links by name, which the collection closes. Reading the link of a program that was left out throws
   * {@link UnknownNameError}.
   * @throws {@link AttachTargetError} when neither the SEC name nor the options say where, unless `untargeted` is
   * `skip`; whatever `attach` of a program throws.
   * @throws {@link InvalidArgumentError} for options of a name that is not attached.
   * @throws {@link AttachError} when an earlier `attach` of the collection attached one of the programs, and its link
   * is still open. Nothing changes then.
   *
   * @example
   * ```ts
   * const links = coll.attach({ drop: { interface: "eth0" } }, { untargeted: "skip" });
   * console.log(coll.skipped); // { manual: 'cannot attach program "manual": SEC("kprobe") does not say the symbol. …' }
   * ```
   */
  attach(...args: CollectionAttachArguments<S>): Links<S>;
  /**
   * Attaches as above, and leaves out the programs that neither their SEC name nor the options give a place.
   *
   * @param options - By name, what a SEC name leaves open. None is required.
   * @param all - `{ untargeted: "skip" }`.
   * @returns The links by name; {@link Collection.skipped} says what was left out, and why.
   */
  attach(options: Partial<CollectionAttachOptions<S>>, all: SkippingUntargeted): Links<S>;
  attach(options: object = {}, all: AttachAllOptions = {}): Links<S> {
    this.assertOpen();
    const { untargeted = "refuse" } = checkAttachAll(all, `attach of collection "${this.name}"`);
    const wanted = this.#wanted(options);
    const skipped: [string, string][] = [...this.#unattached];
    const links: [string, Link][] = [];
    try {
      for (const [name, attach] of this.#attachable) {
        const own = wanted[name];
        if (own === false) {
          skipped.push([name, "its options are false"]);
          continue;
        }
        this.#refuseSecond(name);
        try {
          links.push([name, attach(own)]);
        } catch (error) {
          if (untargeted !== "skip" || !(error instanceof AttachTargetError)) throw error;
          skipped.push([name, error.message]);
        }
      }
    } catch (error) {
      for (const [, link] of links.reverse()) link.close();
      throw error;
    }
    for (const [name, link] of links) {
      this.#links.set(name, link);
      if (!this.#isReferenced) link.unref();
    }
    this.skipped = Object.freeze(Object.fromEntries(skipped));
    const closeAll = { value: () => links.forEach(([, link]) => void link.close()) };
    return named("link", links, { [Symbol.dispose]: closeAll }) as Links<S>;
  }

  /** The options by name, all of programs and maps that can be attached. */
  #wanted(options: object): Record<string, object | false | undefined> {
    if (typeof options !== "object" || options === null || Array.isArray(options))
      throw new InvalidArgumentError(
        `options of attach of collection "${this.name}": expected options by the names of programs`,
      );
    const wanted: Record<string, unknown> = { ...options };
    const known = this.#attachable.map(([name]) => name);
    for (const [name, own] of Object.entries(wanted)) {
      if (!known.includes(name)) {
        // What is never attached, or was not loaded, can be left out all the same.
        if (own === false && this.#names.has(name)) continue;
        const why = this.#unattached.find(([unattached]) => unattached === name)?.[1];
        const [nearest] = nearestNames(name, known);
        throw new InvalidArgumentError(
          `collection "${this.name}" attaches nothing called "${name}"${why === undefined ? "" : `: ${why}`}`,
          { remedy: why === undefined && nearest !== undefined ? `Did you mean "${nearest}"?` : undefined },
        );
      }
      if (own !== undefined && own !== false && (typeof own !== "object" || own === null))
        throw new InvalidArgumentError(
          `options of program "${name}": expected an object, or false to leave it out`,
        );
    }
    return wanted as Record<string, object | false | undefined>;
  }

  /**
   * Returns the map of a name: for an object without generated types.
   *
   * @param name - Its name in C, or that of a data section.
   * @param of - The class that the map must be of, which is then the type of the result. Default: a map with keys.
   * @throws {@link UnknownNameError} when the object has no such map; {@link InvalidArgumentError} when it is of another
   * class.
   *
   * @example
   * ```ts
   * coll.map("jobs", Queue).push(1n);
   * ```
   */
  map<Name extends keyof MapsOf<S> & string>(name: Name): MapsOf<S>[Name];
  map<M extends MapBase>(name: string, of: MapClassOf<M>): M;
  map(name: string, of?: MapClassOf<MapBase>): MapBase {
    const map = (this.maps as Record<string, MapBase>)[name] as MapBase;
    const fits: boolean = of === undefined || map instanceof of;
    if (of === undefined || fits) return map;
    throw new InvalidArgumentError(
      `map "${name}" of collection "${this.name}": expected a ${of.name}, received a ${map.constructor.name} (${map.type})`,
    );
  }

  /**
   * Returns the program of a name: for an object without generated types.
   *
   * @throws {@link UnknownNameError} when no such program was loaded.
   */
  program<Name extends keyof ProgramsOf<S> & string>(name: Name): ProgramsOf<S>[Name] {
    return this.programs[name];
  }

  /**
   * Returns the global variable of a name: for an object without generated types.
   *
   * @throws {@link UnknownNameError} when the object has no such variable.
   */
  variable<Name extends keyof VariablesOf<S> & string>(name: Name): VariablesOf<S>[Name] {
    return this.variables[name];
  }

  /**
   * Takes a map, a program or a link of `attach` out of the ownership of the collection: it stays open when the collection
   * is closed. `clone` of each gives a second object instead.
   *
   * @returns The same object, which the caller now closes.
   * @throws {@link InvalidArgumentError} for what this collection does not own.
   *
   * @example
   * ```ts
   * using counts = coll.release(coll.maps.counts);
   * coll.close();
   * counts.get(0);
   * ```
   */
  release<R extends MapBase | Program | Link>(resource: R): R {
    this.assertOpen();
    if (!this.#releases(resource))
      throw invalidArgument(
        `release of collection "${this.name}"`,
        "a map, program or link that it owns",
        resource,
      );
    return resource;
  }

  #releases(resource: MapBase | Program | Link): boolean {
    if (resource instanceof MapBase) return this.#maps.release(resource);
    if (resource instanceof Link) {
      const name = [...this.#links].find(([, link]) => link === resource)?.[0];
      return name !== undefined && this.#links.delete(name);
    }
    if (!Object.values<unknown>(this.programs).includes(resource)) return false;
    this.#released.add(resource);
    return true;
  }

  /** Keeps the process alive while a link of `attach` is open. The default. */
  ref(): this {
    this.#isReferenced = true;
    for (const link of this.#links.values()) link.ref();
    return this;
  }

  /** Lets the process end although programs are attached, those that `attach` attaches later included. */
  unref(): this {
    this.#isReferenced = false;
    for (const link of this.#links.values()) link.unref();
    return this;
  }

  #refuseSecond(name: string): void {
    const link = this.#links.get(name);
    if (link === undefined || link.closed) return;
    throw new AttachError(`"${name}" of collection "${this.name}" is attached already`, {
      program: name,
      remedy: `Close its link first, or attach it once more with coll.programs.${name}.attach()`,
    });
  }

  /** @internal */
  protected override inspectedFields(): object {
    const links = Object.fromEntries([...this.#links].filter(([, link]) => !link.closed));
    const { maps, programs } = this;
    const variables = Object.entries(this.variables).map(([name, variable]) => {
      // A type that is not known, or memory that cannot be shared: see Variable.
      const value = ifKnown(() => variable.value) ?? ifKnown(() => variable.bytes);
      return [name, value];
    });
    return { maps, programs, variables: Object.fromEntries(variables), links };
  }

  /** Detaches what `attach` attached, and closes every map and program. A second call does nothing. */
  override close(): void {
    if (this.closed) return;
    for (const link of this.#links.values()) link.close();
    for (const program of Object.values<Program>(this.programs))
      if (!this.#released.has(program)) program.close();
    this.#maps.close();
    super.close();
  }
}
