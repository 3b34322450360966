import { type Codec, u32, u64 } from "../codec/index.ts";
import { NotSupportedError } from "../errors.ts";

/** Codecs of what the kernel, and not the user, lays down. */

/** The key of a map that has none. */
export const noKey: Codec<undefined> = { size: 0, name: "no key", read: () => undefined, write: () => {} };

/** A value of which all is said by what stores it. */
export function writing<T>(
  size: number,
  name: string,
  write: (view: DataView, offset: number, value: T) => void,
): Codec<T> {
  return {
    size,
    name,
    read() {
      throw new NotSupportedError(`a ${name} cannot be read from a map`, { operation: "lookup" });
    },
    write,
  };
}

/** A descriptor: 4 bytes, or 8 where the map is to hold more than that. */
export function writeFd(view: DataView, offset: number, size: number, fd: number): void {
  if (size === 8) u64.write(view, offset, BigInt(fd));
  else u32.write(view, offset, fd);
}
