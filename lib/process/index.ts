/** Other processes: the files that they run, and the functions in their memory. */
export {
  type BuildIdPlace,
  type UserSymbolAt,
  UserSymbols,
  type UserSymbolsOptions,
} from "./user-symbols.ts";
