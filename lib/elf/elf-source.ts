import { fstatSync, readSync } from "node:fs";
import { ElfError } from "../errors/index.ts";
import { fileError } from "../kernel/file-error.ts";

/** A source of the bytes of an ELF file. */
export interface ElfSource {
  /** The size of the file in bytes. */
  readonly size: number;
  /** Returns the bytes of a range within the file. */
  read(offset: number, length: number): Uint8Array;
}

/** A source for a file in memory. The bytes are not copied. */
export function bytesSource(bytes: Uint8Array): ElfSource {
  return {
    size: bytes.length,
    // Not `bytes.subarray`: a Buffer overrides it with a slower method.
    read: (offset, length) => new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length),
  };
}

// A table of this size has 40 million symbols.
const MAX_READ = 1 << 30;

/**
 * A source for an open file. Reads only the requested parts, because binaries can be very large.
 *
 * @throws {@link ElfError} from `read` when the file was truncated, or a part is larger than 1 GiB, {@link SystemError} when it cannot be
 * read.
 */
export function fileSource(fd: number): ElfSource {
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset, length) {
      if (length > MAX_READ) throw new ElfError(`ELF table of ${length} bytes; at most ${MAX_READ} are read`);
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const count = readAt(fd, bytes.subarray(at), offset + at);
        if (count === 0) throw new ElfError("ELF file became shorter while it was read");
        at += count;
      }
      return bytes;
    },
  };
}

function readAt(fd: number, bytes: Uint8Array, offset: number): number {
  try {
    return readSync(fd, bytes, 0, bytes.length, offset);
  } catch (cause) {
    throw fileError("the ELF file", cause);
  }
}
