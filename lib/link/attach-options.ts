import type { HookName, hooks, ProgramType } from "../hooks/index.ts";
import type * as families from "./families.ts";

// The options of `attach` are derived from the table of hooks: for a program type, the merged options of every hook
// that accepts programs of the type.

type Rows = typeof hooks;

/** The hooks that accept programs of a type. */
type HooksOf<Type extends ProgramType> = {
  [Name in HookName]: Type extends Rows[Name]["types"][number] ? Name : never;
}[HookName];

/** The options of the `link` function of a hook. */
type OptionsOfHook<Name extends HookName> = Rows[Name]["call"] extends keyof typeof families
  ? (typeof families)[Rows[Name]["call"]] extends (program: never, options: infer Options) => unknown
    ? NonNullable<Options>
    : never
  : never;

/** The options that a hook requires and that no SEC name supplies. */
type Asked<Name extends HookName> = Rows[Name] extends { target: string }
  ? never
  :
      | {
          [O in keyof Rows[Name]["options"]]: Rows[Name]["options"][O] extends { required: true } ? O : never;
        }[keyof Rows[Name]["options"]]
      | (Rows[Name] extends { asks: readonly (infer O)[] } ? O : never);

/** The options that at least one of the hooks does not require. */
type Spared<Name extends HookName, Option> = Name extends HookName ? Exclude<Option, Asked<Name>> : never;

type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

type Merged<Type extends ProgramType> = Together<
  HooksOf<Type> extends infer Name ? (Name extends HookName ? Partial<OptionsOfHook<Name>> : never) : never
>;

type Needed<Type extends ProgramType> = Exclude<
  keyof Merged<Type>,
  Spared<HooksOf<Type>, keyof Merged<Type>>
>;

/** Options of `Program.attach`, by program type. Options that the SEC name supplies can be omitted. */
export type AttachOptionsByType = {
  [Type in Rows[HookName]["types"][number]]: Merged<Type> & {
    [Option in Needed<Type>]: Exclude<Merged<Type>[Option], undefined>;
  };
};

/** Options of `Program.attach` for one program type. A type that cannot be attached has no options. */
export type AttachOptions<Type extends ProgramType = ProgramType> = Type extends keyof AttachOptionsByType
  ? AttachOptionsByType[Type]
  : Record<string, never>;

/** The arguments of `Program.attach` for one program type. Optional where a SEC name can supply every option. */
export type AttachArguments<Type extends ProgramType> =
  Record<never, never> extends AttachOptions<Type>
    ? [options?: AttachOptions<Type>]
    : [options: AttachOptions<Type>];
