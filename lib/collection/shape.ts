import type { Shown } from "../link/attach-options.ts";
import type { AttachOptions, Link } from "../link/index.ts";
import type { MapBase, StructOpsMap } from "../map/index.ts";
import type { Program } from "../program/index.ts";
import type { ReadonlyVariable } from "../variable/variable.ts";

/** The types of the maps, programs and variables of an object. `bpf2ts` generates one for each object. */
export interface Shape {
  /** The maps by their names in C. */
  maps: Record<string, MapBase>;
  /** The programs by their names in C. */
  programs: Record<string, Program>;
  /** The global variables by their names in C. */
  // biome-ignore lint/suspicious/noExplicitAny: accepts a variable of any type
  variables: Record<string, ReadonlyVariable<any>>;
}

type OptionsOf<P> =
  P extends Program<infer Type, infer Section, infer _> ? AttachOptions<Type, Section> : never;

/** The names of programs with a hook, and of struct_ops maps. */
type Attached<S extends Shape> =
  | {
      [Name in keyof S["programs"]]: [OptionsOf<S["programs"][Name]>] extends [never] ? never : Name;
    }[keyof S["programs"]]
  | { [Name in keyof S["maps"]]: S["maps"][Name] extends StructOpsMap ? Name : never }[keyof S["maps"]];

/** The names of programs with required attach options: their SEC names have no complete target. */
type Needy<S extends Shape> = {
  [Name in keyof S["programs"]]: [OptionsOf<S["programs"][Name]>] extends [never]
    ? never
    : Record<never, never> extends OptionsOf<S["programs"][Name]>
      ? never
      : Name;
}[keyof S["programs"]];

type Own<S extends Shape, Name> = Name extends keyof S["programs"] ? OptionsOf<S["programs"][Name]> : never;

/**
 * Options of `Collection.attach`, by the names of programs and struct_ops maps: the attach options of the program, or
 * false to skip it.
 */
export type CollectionAttachOptions<S extends Shape> = string extends keyof S["programs"]
  ? Record<string, object | false | undefined>
  : Shown<
      { [Name in Exclude<keyof S["programs"] | Attached<S>, Needy<S>>]?: Own<S, Name> | false } & {
        [Name in Needy<S>]: Own<S, Name> | false;
      }
    >;

/** The arguments of `Collection.attach`. The options are required if a program has required attach options. */
export type CollectionAttachArguments<S extends Shape> =
  Record<never, never> extends CollectionAttachOptions<S>
    ? [options?: CollectionAttachOptions<S>, all?: AttachAllOptions]
    : [options: CollectionAttachOptions<S>, all?: AttachAllOptions];

/** Options of `Collection.attach` for the whole collection. */
export interface AttachAllOptions {
  /**
   * The treatment of a program without a target in its SEC name and in the options.
   *
   * - `refuse`: throws an {@link AttachTargetError}, and nothing stays attached.
   * - `skip`: does not attach the program, like libbpf's skeletons. {@link Collection.skipped} has the reason.
   *
   * Default `refuse`.
   */
  untargeted?: "refuse" | "skip";
}

/** Skips programs without a target. */
export interface SkippingUntargeted extends AttachAllOptions {
  untargeted: "skip";
}

/**
 * The links of a collection, by the names of the programs and struct_ops maps. `using` closes all of them.
 */
export type Links<S extends Shape> = (string extends keyof S["programs"]
  ? Record<string, Link>
  : { [Name in Attached<S>]: Link }) &
  Disposable;
