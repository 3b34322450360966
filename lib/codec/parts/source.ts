/** The bytes that the value was read from which is being stored. */
export let source: DataView | undefined;

/**
 * Stores a value that was read from other bytes: a union in it whose members do not give the bytes back, each alone or
 * together, keeps them as long as no member has changed.
 *
 * @param bytes - Begin where the view begins that the value is stored in.
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
