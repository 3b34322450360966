/** Names a resource that the addon owns for this environment (native/slots.h). */
export type Handle = number;

/** 0 or a count on success, a negative errno on failure. */
export type Status = number;

/** What the addon throws where a status is not enough. TypeScript makes an error class of it. */
export interface NativeError extends Error {
  /** Positive. */
  errno: number;
  /** What libbpf said meanwhile. */
  log: string;
  /** The map or program that failed, when it was one. */
  subject?: string;
  /** `open`: a perf event could not be opened. `arena`: the process uses the addresses that an arena asks for. */
  step?: "open" | "arena";
}

export function isNativeError(error: unknown): error is NativeError {
  return (
    error instanceof Error &&
    typeof (error as NativeError).errno === "number" &&
    "log" in error &&
    !("code" in error)
  );
}
