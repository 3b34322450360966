/** Whether a signal was aborted by an interruption. Loops and waits then end without an error. */
export function isInterrupted(signal: AbortSignal | undefined): boolean {
  // Compares the code, because the reason may come from another copy of the package.
  return signal?.aborted === true && signal.reason?.code === "ERR_EBPF_INTERRUPTED";
}

/** Throws the reason of an aborted signal, unless it is an interruption. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted && !isInterrupted(signal)) throw signal.reason;
}
