import type {
  HookName,
  HookOfSection,
  hooks,
  OptionOfIterator,
  OptionsInSection,
  ProgramType,
} from "../hooks/index.ts";
import type * as families from "./families.ts";

// The options of `attach` are derived from the table of hooks: from the SEC name, where the compiler knows it; else, for
// a program type, the merged options of every hook that accepts programs of the type.

type Rows = typeof hooks;

/** The hooks that accept programs of a type. */
type HooksOf<Type extends ProgramType> = {
  [Name in HookName]: Type extends Rows[Name]["types"][number] ? Name : never;
}[HookName];

/** The options of the `link` function of a hook. */
type OptionsOfHook<Name extends HookName> = Rows[Name]["call"] extends keyof typeof families
  ? (typeof families)[Rows[Name]["call"]] extends (program: never, options: infer Options) => unknown
    ? undefined extends Options
      ? NonNullable<Options>
      : Options
    : never
  : never;

/** The options that a hook requires. */
type Asked<Name extends HookName> =
  | {
      [O in keyof Rows[Name]["options"]]: Rows[Name]["options"][O] extends { required: true } ? O : never;
    }[keyof Rows[Name]["options"]]
  | (Rows[Name] extends { asks: readonly (infer O)[] } ? O : never);

/** The options that a hook requires and that no SEC name supplies. */
type NeverInSection<Name extends HookName> = Rows[Name] extends { target: string } ? never : Asked<Name>;

/** The options that at least one of the hooks does not require. */
type Spared<Name extends HookName, Option> = Name extends HookName
  ? Exclude<Option, NeverInSection<Name>>
  : never;

type Together<Union> = (Union extends unknown ? (each: Union) => void : never) extends (
  all: infer All,
) => void
  ? All
  : never;

/** Makes editors and messages show the properties. They show the name of an alias of a plain mapped type instead. */
export type Shown<T> = { [Key in keyof T]: T[Key] } & {};

/** Options of which some are required. */
type Requiring<Options, Needed> = Shown<
  { [O in Exclude<keyof Options, Needed>]?: Options[O] } & {
    [O in keyof Options & Needed]-?: Exclude<Options[O], undefined>;
  }
>;

type Merged<Type extends ProgramType> = Together<
  HooksOf<Type> extends infer Name
    ? Name extends HookName
      ? Requiring<OptionsOfHook<Name>, never>
      : never
    : never
>;

type Needed<Type extends ProgramType> = Exclude<
  keyof Merged<Type>,
  Spared<HooksOf<Type>, keyof Merged<Type>>
>;

/** Options of `Program.attach`, by program type. Options that the SEC name supplies can be omitted. */
export type AttachOptionsByType = {
  [Type in Rows[HookName]["types"][number]]: Requiring<Merged<Type>, Needed<Type>>;
};

/** The options of which a hook requires at least one. Never if the SEC name supplies it. */
type Choices<Name extends HookName, Supplied> = Rows[Name] extends {
  rules: readonly (infer Rule)[];
}
  ? Rule extends { rule: "one" | "some"; of: readonly (infer Option)[] }
    ? Extract<Option, Supplied> extends never
      ? Option
      : never
    : never
  : never;

/** The options that a type requires. */
type RequiredIn<Options> = {
  [O in keyof Options]-?: Record<never, never> extends Pick<Options, O> ? never : O;
}[keyof Options];

/** Whether the `link` function of a hook and `attach` require the same options, when the SEC name supplies none. */
type AsksAlike<Name extends HookName> = [RequiredIn<OptionsOfHook<Name>>] extends [
  Asked<Name> | Choices<Name, never>,
]
  ? [Asked<Name>] extends [RequiredIn<OptionsOfHook<Name>>]
    ? true
    : false
  : false;

type BySupplied<Name extends HookName, Supplied> = [[Supplied], AsksAlike<Name>] extends [[never], true]
  ? OptionsOfHook<Name>
  : [Choices<Name, Supplied>] extends [never]
    ? Requiring<OptionsOfHook<Name>, Exclude<Asked<Name>, Supplied>>
    : {
        [Option in Choices<Name, Supplied>]: Requiring<
          OptionsOfHook<Name>,
          Exclude<Asked<Name>, Supplied> | Option
        >;
      }[Choices<Name, Supplied>];

/** Options of the hook of a SEC name. Never for a program that cannot be attached. */
type BySection<Section extends string> = [HookOfSection<Section>] extends [never]
  ? never
  : HookOfSection<Section> extends infer Name extends HookName
    ? Name extends "iterator"
      ? Requiring<OptionsOfHook<Name>, OptionOfIterator<Section>>
      : BySupplied<Name, OptionsInSection<Name, Section>>
    : never;

/** True for a program type that the compiler does not know. */
type IsAny<T> = string extends T ? true : false;

/**
 * Options of `Program.attach` for a program type, or for a SEC name if the compiler knows it. Never for a program that
 * cannot be attached.
 */
export type AttachOptions<
  Type extends ProgramType = ProgramType,
  Section extends string = string,
> = string extends Section
  ? IsAny<Type> extends true
    ? Partial<AttachOptionsByType[keyof AttachOptionsByType]>
    : Type extends keyof AttachOptionsByType
      ? AttachOptionsByType[Type]
      : never
  : BySection<Section>;

/**
 * The arguments of `Program.attach`. Optional if the SEC name can supply every required option. A program that cannot be
 * attached has none that fit.
 */
export type AttachArguments<Type extends ProgramType, Section extends string = string> = [
  AttachOptions<Type, Section>,
] extends [never]
  ? [cannotBeAttached: never]
  : Record<never, never> extends AttachOptions<Type, Section>
    ? [options?: AttachOptions<Type, Section>]
    : [options: AttachOptions<Type, Section>];
