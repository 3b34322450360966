import { type Check, invalidArgument } from "./check.ts";

/** Accepts any view of a buffer and returns a Uint8Array over the same memory. Rejects a detached buffer. */
export const checkBytes: Check<Uint8Array> = bytesUpTo(Number.POSITIVE_INFINITY);

/** At most `most` bytes. */
export function bytesUpTo(most: number): Check<Uint8Array> {
  const limit = most === Number.POSITIVE_INFINITY ? "" : `at most ${most} `;
  return (value, subject) => {
    if (!ArrayBuffer.isView(value))
      throw invalidArgument(subject, `${limit}bytes (a typed array or DataView)`, value);
    const bytes = liveBytes(value);
    if (bytes === undefined) throw invalidArgument(subject, "bytes of a buffer that is not detached", value);
    if (bytes.length > most) throw invalidArgument(subject, `${limit}bytes`, value);
    return bytes;
  };
}

/** Returns the bytes of a view; undefined when its buffer was detached or shrunk. */
function liveBytes(view: ArrayBufferView): Uint8Array | undefined {
  try {
    return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  } catch {
    return undefined;
  }
}
