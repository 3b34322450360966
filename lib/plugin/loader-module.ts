import {
  arrayOf,
  checkName,
  checkPath,
  checkText,
  optional,
  optionsOf,
  type Schema,
  unchecked,
} from "../arguments/index.ts";
import { type FieldMeanings, type Job, runJob } from "../codegen/job.ts";
import { checkTarget } from "../codegen/targets.ts";

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

export const loaderSchema: Schema<LoaderOptions> = {
  cc: optional(checkPath),
  cflags: optional(arrayOf(checkText)),
  target: optional(checkName),
  // Checked when the object is read, which has the names.
  fields: unchecked,
};

const checkOptions = optionsOf(loaderSchema);

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
 * @throws {@link InvalidArgumentError} for an unknown option or target. {@link CompileError} when clang is missing or rejects the source.
 * {@link ObjectFileError}, {@link ElfError}, {@link BtfError} when the object cannot be read.
 */
export function loaderModule(path: string, options: LoaderOptions = {}): LoaderModule {
  const { files, inputs, notes } = runJob(
    jobFor(checkPath(path, "path of loaderModule"), checkOptions(options, "loaderModule")),
  );
  const text = (ending: string): string => String(files.find(({ name }) => name.endsWith(ending))?.contents);
  return { code: text(".js"), declarations: text(".d.ts"), inputs, notes };
}

/** The file in which TypeScript searches for the types of an import of `path` (option allowArbitraryExtensions). */
export function declarationsPath(path: string): string {
  return checkPath(path, "path of declarationsPath").replace(/\.([co])$/, ".d.$1.ts");
}

function jobFor(path: string, { cc, cflags = [], target = "bpf", fields }: LoaderOptions): Job {
  return {
    input: path.endsWith(".o")
      ? { kind: "object", path }
      : {
          kind: "sources",
          name: undefined,
          suffix: "",
          paths: [path],
          cc,
          target: checkTarget(target, "target"),
          cflags,
        },
    stem: undefined,
    strip: true,
    fields,
    generate: { types: [], globalTypes: true, object: "embed", js: true },
    link: ([object]) => object as Uint8Array,
  };
}
