import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { compile } from "../../../codegen/compile-c.ts";
import { CollectionSpec, ObjectFileError } from "../../../index.ts";

export interface SourceOptions {
  cc: string | undefined;
  cflags: readonly string[];
}

/** The object to run, and the files that it was made from. */
export interface RunInput {
  spec: CollectionSpec;
  inputs: readonly string[];
}

/** Whether a path is a C source, which is compiled first. */
export function isSource(path: string): boolean {
  return path.endsWith(".c");
}

/**
 * Reads an object, or compiles a C source with clang.
 *
 * @throws {@link CompileError}, {@link ObjectFileError}, and the errors for a malformed object.
 */
export function readSource(path: string, options: SourceOptions): RunInput {
  const name = basename(path).replace(/\..*$/s, "");
  if (isSource(path)) {
    const { cc, cflags } = options;
    const { object, inputs } = compile(path, { cc, cflags });
    return { spec: CollectionSpec.fromBytes(object, { name }), inputs };
  }
  try {
    // Like fromFile, but the file is watched even if it is malformed.
    readFileSync(path);
  } catch (cause) {
    throw new ObjectFileError({ path, cause: cause as NodeJS.ErrnoException });
  }
  return { spec: CollectionSpec.fromFile(path), inputs: [resolve(path)] };
}
