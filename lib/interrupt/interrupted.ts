/** Whether a signal was aborted by an interruption, so that what it ends is to end without an error. */
export function isInterrupted(signal: AbortSignal | undefined): boolean {
  // By its code: the reason may come from another copy of the package.
  return signal?.aborted === true && signal.reason?.code === "ERR_EBPF_INTERRUPTED";
}

/** Throws the reason of an aborted signal, unless it is an interruption. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted && !isInterrupted(signal)) throw signal.reason;
}
