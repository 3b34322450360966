import type { WantedType } from "./records.ts";

export interface GenerateOptions {
  /** The object that is loaded: by default that of the spec; or the same without what debuggers read. */
  bytes?: Uint8Array | undefined;
  /** What the files are called, without endings: `counter.bpf`. */
  stem: string;
  /** What exported names begin with: `Counter`. */
  prefix: string;
  /** The file that it is made from, without a path, for the banner. */
  source: string;
  /** Types to generate besides those that are reached, and whose records maps carry. */
  types: readonly WantedType[];
  /** False: of maps and globals, only scalars have types. */
  globalTypes: boolean;
  /** How the loader finds the object: within itself, or in a file beside it. */
  object: "embed" | "file";
  /** JavaScript and declarations in place of TypeScript. */
  js: boolean;
}

export interface GeneratedFile {
  /** Name without a path. */
  readonly name: string;
  readonly contents: string | Uint8Array;
}

export interface Generated {
  readonly files: readonly GeneratedFile[];
  /** What the user might want to know: a record type that was not found. */
  readonly notes: readonly string[];
}
