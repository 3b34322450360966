import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { ObjectFileError } from "../errors.ts";
import { ObjectSpec } from "../spec/index.ts";
import { compile } from "./compile-c.ts";
import { generate } from "./generate.ts";
import { pascalCase } from "./names.ts";
import type { Generated, GenerateOptions } from "./options.ts";
import { strip } from "./strip.ts";
import type { Target } from "./targets.ts";

export interface ObjectInput {
  kind: "object";
  path: string;
}

export interface SourceInput {
  kind: "sources";
  /** What the loader is called: `Counter`. */
  name: string;
  /** What tells the files of several targets apart. */
  suffix: string;
  paths: readonly string[];
  cc: string | undefined;
  target: Target;
  cflags: readonly string[];
}

/** One loader to be made. */
export interface Job {
  input: ObjectInput | SourceInput;
  /** Files are called this and an ending; by default after the object, or the name that is given with sources. */
  stem: string | undefined;
  /** Leave out what debuggers read. */
  strip: boolean;
  generate: Pick<GenerateOptions, "types" | "globalTypes" | "object" | "js">;
  /** Makes one object of several. */
  link: (objects: readonly Uint8Array[]) => Uint8Array;
}

export interface Read {
  spec: ObjectSpec;
  /** What goes into the loader: the object, stripped unless it was asked for whole. */
  object: Uint8Array;
  stem: string;
  prefix: string;
  source: string;
  /** Every file that the object was made from, the object included. */
  inputs: string[];
}

export interface JobResult extends Generated {
  inputs: string[];
}

/** What a job is called in messages: the object, or the first of its sources. */
export function nameOf({ input }: Job): string {
  return input.kind === "object" ? input.path : String(input.paths[0]);
}

/** Reads, or compiles, the object of a job. */
export function readInput(job: Job): Read {
  const { input } = job;
  const { bytes, inputs } = input.kind === "object" ? readFile(input.path) : compileAll(input, job.link);
  const plainStem = job.stem ?? defaultStem(input);
  // What libbpf makes of a file's name; the same for all targets.
  const name = plainStem.replace(/\..*$/s, "");
  const stem = input.kind === "object" ? plainStem : plainStem.replace(/(\.bpf)?$/, `${input.suffix}$1`);
  // Read whole: what debuggers need tells the types of records too.
  const spec = ObjectSpec.fromBytes<ObjectSpec>(bytes, { name });
  const object = job.strip ? strip(bytes) : bytes;
  const prefix = pascalCase(input.kind === "sources" ? input.name : plainStem.replace(/\.bpf$/, ""));
  const source =
    input.kind === "object" ? basename(input.path) : input.paths.map((p) => basename(p)).join(", ");
  return { spec, object, stem, prefix, source, inputs };
}

/** Makes the files of a job; writes nothing. */
export function runJob(job: Job): JobResult {
  const { spec, object, stem, prefix, source, inputs } = readInput(job);
  return { ...generate(spec, { ...job.generate, bytes: object, stem, prefix, source }), inputs };
}

function defaultStem(input: ObjectInput | SourceInput): string {
  if (input.kind === "sources") return `${input.name.toLowerCase()}.bpf`;
  return `${basename(input.path).replace(/(\.bpf)?(\.(o|obj|elf))?$/, "")}.bpf`;
}

function readFile(path: string): { bytes: Uint8Array; inputs: string[] } {
  try {
    return { bytes: readFileSync(path), inputs: [resolve(path)] };
  } catch (cause) {
    throw new ObjectFileError(path, cause as NodeJS.ErrnoException);
  }
}

function compileAll(input: SourceInput, link: Job["link"]): { bytes: Uint8Array; inputs: string[] } {
  const compiled = input.paths.map((path) => compile(path, input));
  const [first] = compiled;
  const objects = compiled.map(({ object }) => object);
  const bytes = first !== undefined && objects.length === 1 ? first.object : link(objects);
  return { bytes, inputs: [...new Set(compiled.flatMap((one) => one.inputs))] };
}
