import type { HookName, hooks, ProgramType } from "../hooks/index.ts";
import type * as families from "./families.ts";

// What `attach` takes follows from the table: the options of all hooks that take programs of the type, together.

type Rows = typeof hooks;

/** The hooks that programs of a type attach to. */
type HooksOf<Type extends ProgramType> = {
  [Name in HookName]: Type extends Rows[Name]["types"][number] ? Name : never;
}[HookName];

/** The options of a hook's function of `link`. */
type OptionsOfHook<Name extends HookName> = Rows[Name]["call"] extends keyof typeof families
  ? (typeof families)[Rows[Name]["call"]] extends (program: never, options: infer Options) => unknown
    ? NonNullable<Options>
    : never
  : never;

/** The options that a hook asks for and no SEC name can give. */
type Asked<Name extends HookName> = Rows[Name] extends { target: string }
  ? never
  :
      | {
          [O in keyof Rows[Name]["options"]]: Rows[Name]["options"][O] extends { required: true } ? O : never;
        }[keyof Rows[Name]["options"]]
      | (Rows[Name] extends { asks: readonly (infer O)[] } ? O : never);

/** Of the options in question, those that one of the hooks does not ask for. */
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

/** What `attach` of a program takes, by the type of the program. What the SEC name says can be left out. */
export type AttachOptionsByType = {
  [Type in Rows[HookName]["types"][number]]: Merged<Type> & {
    [Option in Needed<Type>]: Exclude<Merged<Type>[Option], undefined>;
  };
};

/** What `attach` takes for a program of a type; of a type that is not attached, nothing. */
export type AttachOptions<Type extends ProgramType = ProgramType> = Type extends keyof AttachOptionsByType
  ? AttachOptionsByType[Type]
  : Record<string, never>;

/** The arguments of `attach` for a program of a type: they can be left out where a SEC name can say all. */
export type AttachArguments<Type extends ProgramType> =
  Record<never, never> extends AttachOptions<Type>
    ? [options?: AttachOptions<Type>]
    : [options: AttachOptions<Type>];
