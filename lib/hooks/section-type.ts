import type { HookName, hooks } from "./hooks.ts";

// The meaning of a SEC name for the compiler, from the table that is also used at run time.

type Rows = typeof hooks;

/** The SEC names that one of libbpf's patterns matches: `fentry+` for `fentry` and `fentry/target`. */
type Matching<Pattern> = Pattern extends `${infer Name}+`
  ? Name | `${Name}/${string}`
  : Extract<Pattern, string>;

/** The SEC names of a hook. */
export type SectionsOf<Name extends HookName> = Name extends HookName
  ? Matching<keyof Rows[Name]["sections"]>
  : never;

/** The hook of a SEC name; `never` if its programs cannot be attached. */
export type HookOfSection<Section extends string> = {
  [Name in HookName]: Section extends Matching<keyof Rows[Name]["sections"]> ? Name : never;
}[HookName];

/** The part of a SEC name after the first slash; `never` if there is none. */
type TargetOf<Section extends string> = Section extends `${string}/${infer Target}`
  ? Target extends ""
    ? never
    : Target
  : never;

/** The options that a target of a form gives. */
interface GivenByForm {
  name: "name";
  syscall: "syscall";
  pattern: "pattern";
  "group/name": "group" | "name";
  "symbol+offset": "symbol";
  "binary:symbol+offset": "binary" | "symbol";
  "binary:pattern": "binary" | "pattern";
  "binary:provider:name": "binary" | "provider" | "name";
}

/** The pattern of a target that has several parts, by form. */
interface Complete {
  "group/name": `${string}/${string}`;
  "binary:symbol+offset": `${string}:${string}`;
  "binary:pattern": `${string}:${string}`;
  "binary:provider:name": `${string}:${string}:${string}`;
}

type Given<Form, Target> = [Target] extends [never]
  ? never
  : Form extends keyof Complete
    ? Target extends Complete[Form]
      ? GivenByForm[Form]
      : never
    : Form extends keyof GivenByForm
      ? GivenByForm[Form]
      : never;

/** The options of a hook that a SEC name gives. */
export type OptionsInSection<Name extends HookName, Section extends string> = Rows[Name] extends {
  target: infer Form;
}
  ? Given<Form, TargetOf<Section>>
  : never;
