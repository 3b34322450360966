/** The next multiple of 8, which the kernel aligns values, keys and records to. */
export function roundUpTo8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
