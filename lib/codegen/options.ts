import {
  arrayOf,
  checkBoolean,
  checkBytes,
  checkName,
  checkText,
  optional,
  optionsOf,
  wordOf,
} from "../arguments/index.ts";
import type { WantedType } from "./loader-records.ts";
import { pascalCase } from "./names.ts";

/** Options of {@link generate}. */
export interface GenerateOptions {
  /** The object to load, for example without debug information. Default: the object of the spec. */
  bytes?: Uint8Array | undefined;
  /** The base name of the files without extension, for example `counter.bpf`. */
  stem: string;
  /** The prefix of exported names, for example `Counter`. Default: from `stem`. */
  prefix?: string | undefined;
  /** The name of the input file without its path, for the header comment. Default: `stem` and `.o`. */
  source?: string | undefined;
  /** Additional types to generate, and the record types of maps. Default: none. */
  types?: readonly WantedType[] | undefined;
  /** Whether to generate the types of maps and globals. False: only scalars have types. Default: true. */
  globalTypes?: boolean | undefined;
  /** Where the object is: embedded in the loader, or in a file next to it. Default: `embed`. */
  object?: "embed" | "file" | undefined;
  /** Whether to generate JavaScript and declarations instead of TypeScript. Default: false. */
  js?: boolean | undefined;
}

/** A file that {@link generate} returns. Nothing is written. */
export interface GeneratedFile {
  /** The name without a path. */
  readonly name: string;
  /** Text, or the bytes of the object. */
  readonly contents: string | Uint8Array;
}

/** What {@link generate} returns. */
export interface Generated {
  /** The loader. With `js`, also its declarations. With `object: "file"`, also the object. */
  readonly files: readonly GeneratedFile[];
  /** Notes for the user, for example about a record type that was not found. */
  readonly notes: readonly string[];
}

/** Options with all defaults, except for the object. */
export type LoaderChoices = Omit<Required<GenerateOptions>, "bytes"> &
  Pick<GenerateOptions, "bytes"> & {
    [Name in Exclude<keyof GenerateOptions, "bytes">]-?: NonNullable<GenerateOptions[Name]>;
  };

const checkType = optionsOf<WantedType>({ name: checkName, map: optional(checkName) });
const checkOptions = optionsOf<GenerateOptions>({
  bytes: optional(checkBytes),
  stem: checkName,
  prefix: optional(checkName),
  source: optional(checkText),
  types: optional(arrayOf(checkType)),
  globalTypes: optional(checkBoolean),
  object: optional(wordOf(["embed", "file"])),
  js: optional(checkBoolean),
});

/** Checks options and adds their defaults. */
export function loaderChoices(options: GenerateOptions): LoaderChoices {
  const { bytes, stem, ...given } = checkOptions(options, "generate");
  return {
    bytes,
    stem,
    prefix: pascalCase(given.prefix ?? stem.replace(/\.bpf$/, "")),
    source: given.source ?? `${stem}.o`,
    types: given.types ?? [],
    globalTypes: given.globalTypes ?? true,
    object: given.object ?? "embed",
    js: given.js ?? false,
  };
}
