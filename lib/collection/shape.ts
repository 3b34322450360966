import type { AttachOptions, Link } from "../link/index.ts";
import type { MapBase, StructOpsMap } from "../map/index.ts";
import type { Program } from "../program/index.ts";
import type { ReadonlyVariable } from "../variable/variable.ts";

/** Which maps, programs and variables an object has. `bpf2ts` writes one for each object. */
export interface Shape {
  maps: Record<string, MapBase>;
  // biome-ignore lint/suspicious/noExplicitAny: a program of any type is to fit
  programs: Record<string, Program<any, string, any>>;
  // biome-ignore lint/suspicious/noExplicitAny: a variable of any type is to fit
  variables: Record<string, ReadonlyVariable<any>>;
}

type OptionsOf<P> =
  P extends Program<infer Type, infer Section, infer _> ? AttachOptions<Type, Section> : never;

/** The names of programs that have a hook, and of maps that are registered. */
type Attached<S extends Shape> =
  | {
      [Name in keyof S["programs"]]: OptionsOf<S["programs"][Name]> extends Record<string, never>
        ? never
        : Name;
    }[keyof S["programs"]]
  | { [Name in keyof S["maps"]]: S["maps"][Name] extends StructOpsMap ? Name : never }[keyof S["maps"]];

/** The names of programs of which no SEC name says all. */
type Needy<S extends Shape> = {
  [Name in keyof S["programs"]]: Record<never, never> extends OptionsOf<S["programs"][Name]> ? never : Name;
}[keyof S["programs"]];

type Own<S extends Shape, Name> = Name extends keyof S["programs"] ? OptionsOf<S["programs"][Name]> : never;

/**
 * Options of `Collection.attach`, by the names of its programs and struct_ops maps: the options of a program whose SEC
 * name does not say all, or false to leave one out.
 */
export type CollectionAttachOptions<S extends Shape> = string extends keyof S["programs"]
  ? Record<string, object | false | undefined>
  : { [Name in Exclude<keyof S["programs"] | Attached<S>, Needy<S>>]?: Own<S, Name> | false } & {
      [Name in Needy<S>]: Own<S, Name> | false;
    };

/** The arguments of `Collection.attach`: needed where a program asks for what no SEC name says. */
export type CollectionAttachArguments<S extends Shape> =
  Record<never, never> extends CollectionAttachOptions<S>
    ? [options?: CollectionAttachOptions<S>, all?: AttachAllOptions]
    : [options: CollectionAttachOptions<S>, all?: AttachAllOptions];

/** How `Collection.attach` deals with the collection as a whole. */
export interface AttachAllOptions {
  /**
   * What becomes of a program when neither its SEC name nor the options say where to attach it.
   *
   * - `refuse`: an AttachTargetError, and nothing stays attached.
   * - `skip`: the program is left out, as by libbpf's skeletons. `skipped` of the collection says why.
   *
   * Default `refuse`.
   */
  untargeted?: "refuse" | "skip";
}

/** Programs that nothing gives a place are left out. */
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
