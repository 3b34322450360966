import { NotSupportedError } from "../errors.ts";

/** Makes one object of several, with libbpf's linker. */
export function link(objects: readonly Uint8Array[]): Uint8Array {
  throw new NotSupportedError(`cannot link ${objects.length} objects: this build has no linker`);
}
