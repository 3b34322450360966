import { readFileSync } from "node:fs";
import { rethrowUnlessHidden } from "./file-error.ts";

const AT_PAGESZ = 6n;
let size: number | undefined;

/** Returns the page size in bytes, from the auxiliary vector; 4096 when /proc cannot be read. */
export function pageSize(): number {
  size ??= readPageSize();
  return size ?? 4096;
}

function readPageSize(): number | undefined {
  let bytes: Buffer;
  try {
    bytes = readFileSync("/proc/self/auxv");
  } catch (cause) {
    rethrowUnlessHidden("/proc/self/auxv", cause);
    return undefined;
  }
  // Pairs of a key and a value, of 64 bits each on every supported machine.
  const words = new BigUint64Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 8));
  for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === AT_PAGESZ) return Number(words[i + 1]);
  return undefined;
}
