import {
  checkFunction,
  checkString,
  invalidArgument,
  optional,
  optionsOf,
  wordOf,
} from "../arguments/index.ts";
import { AttachError, InvalidArgumentError } from "../errors/index.ts";
import { ifKnown } from "../format/inspected.ts";
import { Link, structOps } from "../link/index.ts";
import { Resource } from "../live/resource.ts";
import { adopt, type Existing } from "../load/adopt.ts";
import type { LiveMaps } from "../load/live-maps.ts";
import type { LivePrograms } from "../load/live-programs.ts";
import { type Loaded, load, loadSync } from "../load/load.ts";
import type { LoadOptions } from "../load/options.ts";
import { type AnyMap, MapBase, type StructOpsMap } from "../map/index.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import type { Program } from "../program/index.ts";
import { named, namedLazily, namedWhenUsed, type ObjectSpec } from "../spec/index.ts";
import type { Variable } from "../variable/variable.ts";
import { attachProgram, checkWanted, LEFT_OUT } from "./attach-programs.ts";
import { closeLinks, undoAttach } from "./close-links.ts";
import { Attachment, LiveLinks } from "./live-links.ts";
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

/** Without generated types, the types of programs are known at run time only. */
type ProgramsOf<S extends Shape> = string extends keyof S["programs"]
  ? Record<string, Program>
  : S["programs"];

/** Without generated types, constants are known at run time only. */
type VariablesOf<S extends Shape> = string extends keyof S["variables"]
  ? // biome-ignore lint/suspicious/noExplicitAny: see above
    Record<string, Variable<any>>
  : S["variables"];

/** A map class. Its type parameters are known at run time only. */
export type MapClassOf<M extends MapBase> = abstract new (...args: never[]) => M;

const nothing: Readonly<Record<string, string>> = Object.freeze({});

const checkAttachAll = optionsOf<AttachAllOptions>({ untargeted: optional(wordOf(["refuse", "skip"])) });

/**
 * A loaded object file: its maps exist, its programs have passed the verifier, its variables are in memory. No program
 * runs until it is attached.
 *
 * `close` closes its maps, programs, and the links of `attach`. An open link of `attach` keeps the process alive: see
 * `unref`.
 */
// biome-ignore lint/suspicious/noExplicitAny: the default accepts the collection of any object
export class Collection<S extends Shape = any> extends Resource {
  /** The name of the object: that of its file without the ending, or the option `name`. */
  readonly name: string;
  /**
   * The maps by name. Data sections have names such as `.data`, `.rodata` and `.bss`. A wrong name throws
   * {@link UnknownNameError}.
   */
  get maps(): MapsOf<S> {
    this.#mapsByName ??= namedLazily(
      "map",
      this.#maps.specs().map((map) => [map.name, () => this.#maps.get(map)]),
    ) as MapsOf<S>;
    return this.#mapsByName;
  }

  /** The loaded programs by their names in C. A wrong name throws {@link UnknownNameError}. */
  get programs(): ProgramsOf<S> {
    this.#programsByName ??= named("program", this.#programs.all()) as ProgramsOf<S>;
    return this.#programsByName;
  }

  /** The global variables by their names in C. A wrong name throws {@link UnknownNameError}. */
  get variables(): VariablesOf<S> {
    this.#variablesByName ??= named("variable", this.#makeVariables()) as VariablesOf<S>;
    return this.#variablesByName;
  }

  /** The messages of libbpf during loading; with `logLevel`, also the verifier's logs. */
  readonly log: string;
  /**
   * The programs that the last `attach` did not attach, by name, with the reason: they have no hook, their options are
   * false, their spec has `autoattach = false`, or they have no target (`untargeted: "skip"`). Empty before `attach`.
   */
  skipped: Readonly<Record<string, string>> = nothing;
  #mapsByName: MapsOf<S> | undefined;
  #programsByName: ProgramsOf<S> | undefined;
  #variablesByName: VariablesOf<S> | undefined;
  #linksMade: LiveLinks | undefined;
  readonly #maps: LiveMaps;
  readonly #programs: LivePrograms;
  readonly #structOps: readonly string[];
  readonly #makeVariables: () => [string, Variable][];
  /** The names of all programs of the spec, loaded or not. */
  readonly #names: readonly string[];

  /**
   * Loads a spec into the kernel, on a thread of the pool. The spec can be loaded again.
   *
   * @returns A collection that the caller closes.
   * @throws {@link VerifierError} when the verifier rejects a program.
   * @throws {@link PermissionError} when a capability is missing (CAP_BPF, for some programs also CAP_PERFMON or
   * CAP_NET_ADMIN).
   * @throws {@link NotSupportedError} when the kernel lacks a feature; {@link NoSymbolError} when it lacks a target.
   * @throws {@link LoadError} for another reason; {@link InvalidArgumentError} for an invalid edit. After an error,
   * nothing is left in the kernel.
   *
   * @example
   * ```ts
   * const spec = CollectionSpec.fromFile("counter.bpf.o");
   * spec.variables.limit.value = 100;
   * using coll = await Collection.load(spec);
   * coll.attach();
   * ```
   */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  static async load<S extends Shape = any>(
    spec: ObjectSpec,
    options: LoadOptions = {},
  ): Promise<Collection<S>> {
    return new Collection<S>(spec, await load(spec, options));
  }

  /** Synchronous {@link Collection.load}. It blocks the event loop during verification. */
  // biome-ignore lint/suspicious/noExplicitAny: see above
  static loadSync<S extends Shape = any>(spec: ObjectSpec, options: LoadOptions = {}): Collection<S> {
    return new Collection<S>(spec, loadSync(spec, options));
  }

  /**
   * The collection of an object whose maps and programs are in the kernel already.
   *
   * @internal
   */
  static async adopt<S extends Shape>(
    spec: ObjectSpec,
    existing: Existing,
    options: LoadOptions = {},
  ): Promise<Collection<S>> {
    return new Collection<S>(spec, await adopt(spec, existing, options));
  }

  private constructor(spec: ObjectSpec, loaded: Loaded) {
    super(loaded.object, `collection "${spec.name}"`, native().objectClose);
    this.name = spec.name;
    this.log = loaded.log;
    this.#maps = loaded.maps;
    this.#programs = loaded.programs;
    this.#structOps = loaded.structOps;
    this.#makeVariables = loaded.variables;
    this.#names = (spec.plan?.programs ?? Object.values(spec.programs)).map(({ name }) => name);
  }

  get #links(): LiveLinks {
    this.#linksMade ??= new LiveLinks(this.name);
    return this.#linksMade;
  }

  /**
   * Attaches every program to the target of its SEC name, in the object's order, and registers every struct_ops map. If
   * one fails, those attached before it are detached. Programs without a hook (`syscall`), programs whose spec has
   * `autoattach = false`, and programs whose options are false are not attached: see `skipped`.
   *
   * @param args - First the attach options by program name, such as `{ my_filter: { interface: "eth0" } }`. They are
   * required for programs whose SEC name has no complete target. Then options for the whole collection.
   * @returns The links by name. The collection closes them. Access to the link of a program that was not attached throws
   * {@link UnknownNameError}.
   * @throws {@link AttachTargetError} when neither the SEC name nor the options have a target, unless `untargeted` is
   * `skip`; the errors of {@link Program.attach}.
   * @throws {@link InvalidArgumentError} for options of an unknown name.
   * @throws {@link AttachError} when an open link of an earlier `attach` attaches one of the programs. Nothing changes
   * then.
   *
   * @example
   * ```ts
   * const links = coll.attach({ drop: { interface: "eth0" } }, { untargeted: "skip" });
   * console.log(coll.skipped); // { manual: 'cannot attach program "manual": SEC("kprobe") does not say the symbol. …' }
   * ```
   */
  attach(...args: CollectionAttachArguments<S>): Links<S>;
  /**
   * Attaches every program with a target in its SEC name or in the options, and skips the others.
   *
   * @param options - The attach options by program name. None is required.
   * @param all - `{ untargeted: "skip" }`.
   * @returns The links by name. {@link Collection.skipped} has the reason for each program that was not attached.
   */
  attach(options: Partial<CollectionAttachOptions<S>>, all: SkippingUntargeted): Links<S>;
  attach(options?: object, all?: AttachAllOptions): Links<S> {
    this.assertOpen();
    const skipsUntargeted =
      all !== undefined && checkAttachAll(all, `attach of collection "${this.name}"`).untargeted === "skip";
    const programs = this.#programs;
    const wanted =
      options === undefined
        ? undefined
        : checkWanted(options, this.name, programs.loaded, this.#structOps, this.#names);
    const skipped: [string, string][] = [];
    const attached: Attachment[] = [];
    const add = (name: string, attach: (own: object | false | undefined) => Link | Handle | string): void => {
      const own = wanted?.[name];
      if (own !== false) this.#refuseSecond(name);
      const result = attach(own);
      if (typeof result === "string") skipped.push([name, result]);
      else attached.push(new Attachment(name, result));
    };
    try {
      for (const loaded of programs.loaded)
        add(loaded.name, (own) => attachProgram(programs, loaded, own, skipsUntargeted));
      for (const name of this.#structOps)
        add(name, (own) =>
          own === false
            ? LEFT_OUT
            : structOps((this.maps as Record<string, StructOpsMap>)[name] as StructOpsMap),
        );
    } catch (error) {
      const thrown = undoAttach(attached.reverse(), this.name, error);
      for (const attachment of attached) if (!attachment.closed) this.#links.add(attachment);
      throw thrown;
    }
    for (const attachment of attached) this.#links.add(attachment);
    this.skipped = skipped.length === 0 ? nothing : Object.freeze(Object.fromEntries(skipped));
    return namedWhenUsed(
      "link",
      () => attached.map((attachment) => [attachment.name, () => attachment.link]),
      { [Symbol.dispose]: { value: () => closeLinks(attached, this.name) } },
    ) as Links<S>;
  }

  /**
   * Returns a map by name, for an object without generated types. A class as second argument checks the class of the
   * map and becomes the type of the result.
   *
   * @param name - The name in C, or the name of a data section.
   * @throws {@link UnknownNameError} when the object has no such map; {@link InvalidArgumentError} when the map has
   * another class.
   *
   * @example
   * ```ts
   * coll.map("jobs", Queue).push(1n);
   * ```
   */
  map<Name extends keyof MapsOf<S> & string>(name: Name): MapsOf<S>[Name];
  map<M extends MapBase>(name: string, of: MapClassOf<M>): M;
  map(name: string, of?: MapClassOf<MapBase>): MapBase {
    const map = (this.maps as Record<string, MapBase>)[checkString(name, "name of a map")] as MapBase;
    if (of === undefined) return map;
    checkFunction(of, `class of map "${name}"`);
    const fits: boolean = map instanceof of;
    if (fits) return map;
    throw new InvalidArgumentError(
      `map "${name}" of collection "${this.name}": expected a ${of.name}, received a ${map.constructor.name} (${map.type})`,
    );
  }

  /**
   * Returns a program by name, for an object without generated types.
   *
   * @throws {@link UnknownNameError} when no such program was loaded.
   */
  program<Name extends keyof ProgramsOf<S> & string>(name: Name): ProgramsOf<S>[Name] {
    return this.programs[checkString(name, "name of a program") as Name];
  }

  /**
   * Returns a global variable by name, for an object without generated types.
   *
   * @throws {@link UnknownNameError} when the object has no such variable.
   */
  variable<Name extends keyof VariablesOf<S> & string>(name: Name): VariablesOf<S>[Name] {
    return this.variables[checkString(name, "name of a variable") as Name];
  }

  /**
   * Transfers the ownership of a map, a program or a link of `attach` to the caller: it stays open when the collection
   * is closed. `clone` returns a second object instead.
   *
   * @returns The same object, which the caller now closes.
   * @throws {@link InvalidArgumentError} for an object that this collection does not own.
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
    if (resource instanceof Link) return this.#links.release(resource);
    return this.#programs.release(resource);
  }

  /** Keeps the process alive while a link of `attach` is open. This is the default. */
  ref(): this {
    this.#links.setReferenced(true);
    return this;
  }

  /** Lets the process end while links of `attach` are open, including links of later calls. */
  unref(): this {
    this.#links.setReferenced(false);
    return this;
  }

  #refuseSecond(name: string): void {
    const attachment = this.#linksMade?.get(name);
    if (attachment === undefined || attachment.closed) return;
    throw new AttachError(`"${name}" of collection "${this.name}" is attached already`, {
      program: name,
      remedy: `Close its link first, or attach it once more with coll.programs.${name}.attach()`,
    });
  }

  /** @internal */
  protected override inspectedFields(): object {
    const open = [...this.#links].filter(({ closed }) => !closed);
    const links = Object.fromEntries(open.map(({ name, link }) => [name, link]));
    const { maps, programs } = this;
    const variables = Object.entries(this.variables).map(([name, variable]) => {
      // Reading fails without a type, or before Linux 5.5: see Variable.
      const value = ifKnown(() => variable.value) ?? ifKnown(() => variable.bytes);
      return [name, value];
    });
    return { maps, programs, variables: Object.fromEntries(variables), links };
  }

  /**
   * Closes the links of `attach`, every map and every program. A second call closes the links that the first could not.
   * @throws {@link CloseError} when attachments stay: see {@link Link.close}. Everything else is closed.
   */
  override close(): void {
    try {
      this.#linksMade?.close();
    } finally {
      if (!this.closed) {
        this.#programs.close();
        this.#maps.close();
        super.close();
      }
    }
  }
}
