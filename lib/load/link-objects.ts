import { checkBytes } from "../arguments/bytes.ts";
import { invalidArgument } from "../arguments/check.ts";
import { LinkObjectsError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import { isNativeError } from "../native/handle.ts";

/**
 * Links several BPF objects into one, as `bpftool gen object` does: functions, maps and variables that one object
 * declares `extern` are taken from the one that defines them. It takes some milliseconds, in a forked process, so that a
 * malformed object cannot end this one.
 *
 * @param objects - The bytes of one object or more, in this machine's byte order. Later objects see earlier ones.
 * @returns the bytes of the linked object, for `CollectionSpec.fromBytes`.
 * @throws {@link LinkObjectsError} with the messages of libbpf, for objects that are malformed or do not fit together.
 * @throws {@link InvalidArgumentError} when there is no object.
 * @throws {@link PlatformError}, {@link AddonError} when the native addon cannot be loaded.
 *
 * @example
 * ```ts
 * const bytes = linkObjects([readFileSync("main.bpf.o"), readFileSync("maps.bpf.o")]);
 * using coll = await CollectionSpec.fromBytes(bytes).load();
 * ```
 */
export function linkObjects(objects: readonly ArrayBufferView[]): Uint8Array {
  if (!Array.isArray(objects) || objects.length === 0)
    throw invalidArgument("objects", "an array of one object or more", objects);
  const views = objects.map((object, index) => checkBytes(object, `objects[${index}]`));
  try {
    return native().linkObjects(views);
  } catch (error) {
    if (!isNativeError(error)) throw error;
    throw new LinkObjectsError({ count: objects.length, errno: error.errno, log: error.log });
  }
}
