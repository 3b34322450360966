/** Options of which exactly one of the named ones is given. */
export type OneOf<Options, Names extends keyof Options> = Options &
  { [Name in Names]-?: Given<Options, Name> & { [Other in Exclude<Names, Name>]?: undefined } }[Names];

/** Options of which at least one of the named ones is given. */
export type SomeOf<Options, Names extends keyof Options> = Options &
  { [Name in Names]-?: Given<Options, Name> }[Names];

type Given<Options, Name extends keyof Options> = { [N in Name]-?: Exclude<Options[N], undefined> };
