/** Identifies a resource that the addon owns in this environment (native/slots.h). */
export type Handle = number;

/** 0 or a count on success, a negative errno on failure. */
export type Status = number;

/** The error of the addon when a status is not enough. TypeScript converts it to an error class. */
export interface NativeError extends Error {
  /** Positive errno. */
  errno: number;
  /** Messages of libbpf during the call. */
  log: string;
  /** The map or program that failed; undefined for the whole object. */
  subject?: string;
  /**
   * `open`: a perf event could not be opened. `arena`: the process already uses the address range of the arena.
   * `checksum`: the object is not the described one. `id`: the ID of a tracepoint could not be read.
   */
  step?: "open" | "arena" | "checksum" | "id";
}

export function isNativeError(error: unknown): error is NativeError {
  return (
    error instanceof Error &&
    typeof (error as NativeError).errno === "number" &&
    "log" in error &&
    !("code" in error)
  );
}
