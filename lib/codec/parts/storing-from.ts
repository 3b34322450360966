/** The bytes that the value being encoded was decoded from. */
export let source: DataView | undefined;

/**
 * Encodes a value that was decoded from `bytes`. A union whose members cannot reproduce its bytes keeps them, as long
 * as no member has changed.
 *
 * @param bytes - Starts at the same position as the view that the value is encoded into.
 */
export function storingFrom<T>(bytes: DataView, store: () => T): T {
  const outer = source;
  source = bytes;
  try {
    return store();
  } finally {
    source = outer;
  }
}
