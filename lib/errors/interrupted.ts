import { EbpfError } from "./ebpf-error.ts";

/**
 * The reason why a script was ended: a signal, a stdout without a reader (`EPIPE`), the time limit (`timeout`), or the
 * script itself (`caller`).
 */
export type InterruptionSource = "SIGINT" | "SIGTERM" | "SIGHUP" | "EPIPE" | "timeout" | "caller";

/**
 * The abort reason of a signal from `untilInterrupted`. Loops over the readers of this package end without an error for
 * this reason, and throw any other reason.
 *
 * @example
 * ```ts
 * const mine = new AbortController();
 * const signal = AbortSignal.any([untilInterrupted(), mine.signal]);
 * socket.once("close", () => mine.abort(new InterruptedError()));
 * for await (const tick of every(100, { signal })) console.log(tick); // ends without an error when the socket is closed
 * ```
 */
export class InterruptedError extends EbpfError {
  static override readonly name: string = "InterruptedError";
  /** The reason why the script was ended. */
  readonly by: InterruptionSource;
  /** @param cause - The reason why the script is ended. Default: `caller`, for the script's own `AbortController`. */
  constructor({ by = "caller" }: { by?: InterruptionSource | undefined } = {}) {
    super("ERR_EBPF_INTERRUPTED", `interrupted by ${by}`);
    this.by = by;
  }
}
