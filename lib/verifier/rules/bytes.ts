/** A number of bytes in words: `1 byte`, `8 bytes`. */
export function bytes(count: number | string): string {
  return Number(count) === 1 ? "1 byte" : `${count} bytes`;
}
