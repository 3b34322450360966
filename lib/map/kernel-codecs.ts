import { type Codec, u32, u64 } from "../codec/index.ts";
import { NotSupportedError } from "../errors/index.ts";

/** Codecs for keys and values whose layout the kernel defines. */

/** The key of a map without keys. */
export const noKey: Codec<undefined> = { size: 0, name: "no key", read: () => undefined, write: () => {} };

/** A codec that can only write. */
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

/** Writes a descriptor in 4 bytes, or in 8 for a map with 8-byte values. */
export function writeFd(view: DataView, offset: number, size: number, fd: number): void {
  if (size === 8) u64.write(view, offset, BigInt(fd));
  else u32.write(view, offset, fd);
}
