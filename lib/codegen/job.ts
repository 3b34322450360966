import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import type { FieldMeanings } from "../codec/index.ts";
import { ObjectFileError } from "../errors/index.ts";
import { ObjectSpec } from "../spec/index.ts";
import { compile } from "./compile-c.ts";
import { generate } from "./generate.ts";
import { pascalCase, snakeCase } from "./names.ts";
import type { Generated, GenerateOptions } from "./options.ts";
import { strip } from "./strip.ts";
import type { Target } from "./targets.ts";

export type { FieldMeanings };

export interface ObjectInput {
  kind: "object";
  path: string;
}

export interface SourceInput {
  kind: "sources";
  /** The name of the loader, for example `Counter`. Default: from the first source, as from an object. */
  name: string | undefined;
  /** The suffix that distinguishes the files of several targets. */
  suffix: string;
  paths: readonly string[];
  cc: string | undefined;
  target: Target;
  cflags: readonly string[];
}

/** One loader to generate. */
export interface Job {
  input: ObjectInput | SourceInput;
  /** The base name of the files. Default: from the name of the loader, or from the file. */
  stem: string | undefined;
  /** Whether to remove the debug information. */
  strip: boolean;
  /** The meanings of fields. Default: those of their types and decl tags. */
  fields?: FieldMeanings | undefined;
  generate: Pick<GenerateOptions, "types" | "globalTypes" | "object" | "js">;
  /** Links several objects into one. */
  link: (objects: readonly Uint8Array[]) => Uint8Array;
}

export interface Read {
  spec: ObjectSpec;
  /** The object for the loader, stripped unless disabled. */
  object: Uint8Array;
  stem: string;
  prefix: string;
  source: string;
  /** All input files, including the object. */
  inputs: string[];
}

export interface JobResult extends Generated {
  inputs: string[];
}

/** The name of a job in messages: the object, or its first source. */
export function nameOf({ input }: Job): string {
  return input.kind === "object" ? input.path : String(input.paths[0]);
}

/** Reads or compiles the object of a job. */
export function readInput(job: Job): Read {
  const { input } = job;
  const { bytes, inputs, linkedFrom } =
    input.kind === "object" ? readFile(input.path) : compileAll(input, job.link);
  const plainStem = job.stem ?? defaultStem(input);
  // The object name that libbpf derives from the file name. It is the same for all targets.
  const name = plainStem.replace(/\..*$/s, "");
  const stem = input.kind === "object" ? plainStem : plainStem.replace(/(\.bpf)?$/, `${input.suffix}$1`);
  // Read before stripping, because the debug information also has the types of records.
  const spec = ObjectSpec.fromBytes<ObjectSpec>(bytes, { name, linkedFrom, fields: job.fields });
  const object = job.strip ? strip(bytes) : bytes;
  const ownName = input.kind === "sources" ? input.name : undefined;
  const prefix = pascalCase(ownName ?? plainStem.replace(/\.bpf$/, ""));
  const source =
    input.kind === "object" ? basename(input.path) : input.paths.map((p) => basename(p)).join(", ");
  return { spec, object, stem, prefix, source, inputs };
}

/** Generates the files of a job without writing them. */
export function runJob(job: Job): JobResult {
  const { spec, object: bytes, stem, prefix, source, inputs } = readInput(job);
  const { types, globalTypes, object, js } = job.generate;
  return { ...generate(spec, { bytes, stem, prefix, source, types, globalTypes, object, js }), inputs };
}

function defaultStem(input: ObjectInput | SourceInput): string {
  if (input.kind === "object") return stemOfFile(input.path);
  return input.name === undefined ? stemOfFile(String(input.paths[0])) : `${snakeCase(input.name)}.bpf`;
}

/** `counter.bpf` for `counter.bpf.o`, `counter.o`, `counter.bpf.c` and `counter.c`. */
function stemOfFile(path: string): string {
  return `${basename(path).replace(/(\.bpf)?(\.(c|o|obj|elf))?$/, "")}.bpf`;
}

/** The name of the loader of a C file: `TcpLife` for `tcp-life.bpf.c`. */
export function loaderNameOf(path: string): string {
  return pascalCase(stemOfFile(path).replace(/\.bpf$/, ""));
}

interface ObjectAndInputs {
  bytes: Uint8Array;
  inputs: string[];
  linkedFrom?: readonly Uint8Array[];
}

function readFile(path: string): ObjectAndInputs {
  try {
    return { bytes: readFileSync(path), inputs: [resolve(path)] };
  } catch (cause) {
    throw new ObjectFileError({ path, cause: cause as NodeJS.ErrnoException });
  }
}

function compileAll(input: SourceInput, link: Job["link"]): ObjectAndInputs {
  const { paths, cc, target, cflags } = input;
  const compiled = paths.map((path) => compile(path, { cc, target, cflags }));
  const [first] = compiled;
  const objects = compiled.map(({ object }) => object);
  const inputs = [...new Set(compiled.flatMap((one) => one.inputs))];
  if (first !== undefined && objects.length === 1) return { bytes: first.object, inputs };
  return { bytes: link(objects), inputs, linkedFrom: objects };
}
