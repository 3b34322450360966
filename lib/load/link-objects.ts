import { checkBytes } from "../arguments/bytes.ts";
import { invalidArgument } from "../arguments/check.ts";
import { readBpfObject } from "../elf/index.ts";
import { EbpfError, LinkObjectsError } from "../errors/index.ts";
import { native } from "../native/addon.ts";
import { isNativeError } from "../native/handle.ts";

/**
 * Links several BPF objects into one, as `bpftool gen object` does: `extern` functions, maps and variables of one
 * object are resolved to the definitions in another. Linking takes some milliseconds. It runs in a forked process, so
 * that a malformed object cannot end this process.
 *
 * @param objects - The bytes of one object or more, in this machine's byte order.
 * @returns The bytes of the linked object, for `CollectionSpec.fromBytes`.
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
  const views = Array.from(objects, (object, index) => checkBytes(object, `objects[${index}]`));
  try {
    return native().linkObjects(views);
  } catch (error) {
    if (!isNativeError(error)) throw error;
    const { errno, log } = error;
    throw new LinkObjectsError({
      count: views.length,
      errno,
      log,
      problem: malformed(views) ?? named(log, views),
    });
  }
}

/** Returns the messages of libbpf with the index of each object in place of its address and size. */
function named(log: string, views: readonly Uint8Array[]): string {
  return log.trim().replaceAll(/\bmem:0x[0-9a-f]+\+(\d+)/g, (_, size: string) => {
    const places = [...views.keys()].filter((index) => views[index]?.byteLength === Number(size));
    return places.map((index) => `objects[${index}]`).join(" or ");
  });
}

/** Describes the fault of the first malformed object. */
function malformed(views: readonly Uint8Array[]): string | undefined {
  for (const [index, view] of views.entries()) {
    try {
      readBpfObject(view);
    } catch (error) {
      if (error instanceof EbpfError) return `objects[${index}]: ${error.message}`;
      throw error;
    }
  }
  return undefined;
}
