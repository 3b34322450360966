import { fstatSync, readSync } from "node:fs";
import { ElfError } from "../errors.ts";

/** Where the bytes of an ELF file come from. */
export interface ElfSource {
  /** Bytes in the file. */
  readonly size: number;
  /** Bytes of a range that lies within the file. */
  read(offset: number, length: number): Uint8Array;
}

/** A file in memory, which is not copied. */
export function bytesSource(bytes: Uint8Array): ElfSource {
  return {
    size: bytes.length,
    // Not by subarray, which is another and slower one where the bytes are a Buffer.
    read: (offset, length) => new Uint8Array(bytes.buffer, bytes.byteOffset + offset, length),
  };
}

// A table of this size has 40 million symbols.
const MAX_READ = 1 << 30;

/**
 * An open file, of which only those parts are read that are asked for: binaries can be very large.
 *
 * @throws {@link ElfError} from `read` when the file became shorter meanwhile, or a part is larger than 1 GiB.
 */
export function fileSource(fd: number): ElfSource {
  const { size } = fstatSync(fd);
  return {
    size,
    read(offset, length) {
      if (length > MAX_READ) throw new ElfError(`ELF table of ${length} bytes; at most ${MAX_READ} are read`);
      const bytes = new Uint8Array(length);
      for (let at = 0; at < length; ) {
        const count = readSync(fd, bytes, at, length - at, offset + at);
        if (count === 0) throw new ElfError("ELF file became shorter while it was read");
        at += count;
      }
      return bytes;
    },
  };
}
