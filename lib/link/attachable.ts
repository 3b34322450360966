import type { AttachType, HookName, hooks, ProgramType, SectionsOf } from "../hooks/index.ts";
import type { handleOf } from "../live/resource.ts";
import type { Handle } from "../native/handle.ts";

/**
 * The part of a program that attaching uses.
 *
 * @typeParam Type - The program type; `any` if the compiler does not know it.
 * @typeParam Section - The SEC name; `any` if the compiler does not know it.
 */
// biome-ignore-start lint/suspicious/noExplicitAny: the type and the section are checked at run time
export interface Attachable<Type extends ProgramType = any, Section extends string = any> {
  // biome-ignore-end lint/suspicious/noExplicitAny: see above
  /** The name of the program. */
  readonly name: string;
  /** The type of the program. */
  readonly type: Type;
  /** The SEC name. Empty for a program that was opened from a pin or an ID. */
  readonly section: Section;
  /** The attach type that the program was loaded with. Undefined if its type needs none, or for a pin or an ID. */
  readonly attachType?: AttachType | undefined;
  /** The attach target according to the SEC name or the spec. */
  readonly attachTo?: string | undefined;
  /** @internal */
  readonly [handleOf]: Handle;
}

/** The program types that a hook accepts. */
export type TypesOf<Name extends HookName> = (typeof hooks)[Name]["types"][number];

/**
 * A program that one of the hooks accepts. The SEC name of a program decides for which hooks the kernel loads it: a
 * program in SEC("fentry") cannot be attached as fexit, although both are of the type `tracing`.
 */
export type AttachableTo<Name extends HookName> = Attachable<TypesOf<Name>, SectionsOf<Name> | "">;

/** Hooks of one function or instruction. The kernel loads their programs alike, so one program can be attached to several. */
export type SingleProbe = "kprobe" | "kretprobe" | "ksyscall" | "uprobe" | "uretprobe";

/** The part of a map that attaching uses. */
export interface AttachableMap {
  /** The name of the map. */
  readonly name: string;
  /** @internal */
  readonly [handleOf]: Handle;
}
