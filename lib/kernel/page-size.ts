import { readFileSync } from "node:fs";

const AT_PAGESZ = 6n;
let size: number | undefined;

/** Bytes of a page of memory, as the kernel told this process. */
export function pageSize(): number {
  size ??= readPageSize();
  return size;
}

function readPageSize(): number {
  // Pairs of a number and a value, of 64 bits each on every machine that this package runs on.
  const bytes = readFileSync("/proc/self/auxv");
  const words = new BigUint64Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 8));
  for (let i = 0; i + 1 < words.length; i += 2) if (words[i] === AT_PAGESZ) return Number(words[i + 1]);
  return 4096;
}
