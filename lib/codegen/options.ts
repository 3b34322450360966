import type { WantedType } from "./loader-records.ts";

export interface GenerateOptions {
  /** The object to load, for example without debug information. Default: the object of the spec. */
  bytes?: Uint8Array | undefined;
  /** The base name of the files without extension, for example `counter.bpf`. */
  stem: string;
  /** The prefix of exported names, for example `Counter`. */
  prefix: string;
  /** The name of the input file without its path, for the header comment. */
  source: string;
  /** Additional types to generate, and the record types of maps. */
  types: readonly WantedType[];
  /** Whether to generate the types of maps and globals. False: only scalars have types. */
  globalTypes: boolean;
  /** Where the object is: embedded in the loader, or in a file next to it. */
  object: "embed" | "file";
  /** Whether to generate JavaScript and declarations instead of TypeScript. */
  js: boolean;
}

export interface GeneratedFile {
  /** The name without a path. */
  readonly name: string;
  readonly contents: string | Uint8Array;
}

export interface Generated {
  readonly files: readonly GeneratedFile[];
  /** Notes for the user, for example about a record type that was not found. */
  readonly notes: readonly string[];
}
