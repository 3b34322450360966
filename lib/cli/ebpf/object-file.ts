import { ObjectSpec } from "../../spec/index.ts";
import { UsageError } from "../usage-error.ts";

/**
 * Reads the object file that a command is given.
 *
 * @throws {@link UsageError} for a source file, naming the command that compiles it.
 */
export function readObject(path: string): ObjectSpec {
  if (/\.[ch]$/.test(path))
    throw new UsageError(
      `"${path}" is C source: expected an object file; "npx bpf2ts --object file --no-strip ${path}" makes one`,
    );
  return ObjectSpec.fromFile<ObjectSpec>(path);
}
