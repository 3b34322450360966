import { basename } from "node:path";
import { type FieldMeanings, type Job, runJob } from "../codegen/job.ts";
import { targetNames, targetOf } from "../codegen/targets.ts";
import { InvalidArgumentError } from "../errors/index.ts";

/** Options of the plugins and of {@link loaderModule}. */
export interface LoaderOptions {
  /** The C compiler. Default: `clang`, or the newest `clang-N` in the PATH. */
  cc?: string;
  /** Additional flags for the C compiler. */
  cflags?: readonly string[];
  /** The target of the C compiler, as for `bpf2ts --target`. Default: `bpf`. */
  target?: string;
  /**
   * The meanings of fields, by their names in the C file: `{ "event.saddr": "ipv4" }`. Default: the meanings that their
   * types and tags declare.
   */
  fields?: FieldMeanings;
}

/** The loader of one BPF source or object. */
export interface LoaderModule {
  /** JavaScript, an ES module. */
  code: string;
  /** The TypeScript declarations of the module. */
  declarations: string;
  /** All files that the loader depends on. */
  inputs: readonly string[];
  /** Notes for the user, for example about a record type that was not found. */
  notes: readonly string[];
}

/** The paths that the plugins handle: `counter.bpf.c` and `counter.bpf.o`. */
export const loaderFilter: RegExp = /\.bpf\.[co]$/;

/**
 * Generates the module for `import "./counter.bpf.c"`. A C source is compiled with clang.
 *
 * @param path - A file whose name ends in `.bpf.c` or `.bpf.o`.
 * @throws {@link InvalidArgumentError} for an unknown target. {@link CompileError} when clang is missing or rejects the source.
 * {@link ObjectFileError}, {@link ElfError}, {@link BtfError} when the object cannot be read.
 */
export function loaderModule(path: string, options: LoaderOptions = {}): LoaderModule {
  const { files, inputs, notes } = runJob(jobFor(path, options));
  const text = (ending: string): string => String(files.find(({ name }) => name.endsWith(ending))?.contents);
  return { code: text(".js"), declarations: text(".d.ts"), inputs, notes };
}

/** The file in which TypeScript searches for the types of an import of `path` (option allowArbitraryExtensions). */
export function declarationsPath(path: string): string {
  return path.replace(/\.([co])$/, ".d.$1.ts");
}

function jobFor(path: string, { cc, cflags = [], target = "bpf", fields }: LoaderOptions): Job {
  const name = basename(path).replace(loaderFilter, "");
  const stem = `${name}.bpf`;
  const known = targetOf(target);
  if (known === undefined)
    throw new InvalidArgumentError(`unknown target "${target}"; expected one of ${targetNames.join(", ")}`);
  return {
    input: path.endsWith(".o")
      ? { kind: "object", path }
      : { kind: "sources", name, suffix: "", paths: [path], cc, target: known, cflags },
    stem,
    strip: true,
    fields,
    generate: { types: [], globalTypes: true, object: "embed", js: true },
    link: ([object]) => object as Uint8Array,
  };
}
