import { EbpfError } from "./ebpf-error.ts";

/**
 * What ended the work of a script: a signal, a stdout that nothing reads any more (`EPIPE`), the end of its time
 * (`timeout`), or the script itself (`caller`).
 */
export type InterruptionSource = "SIGINT" | "SIGTERM" | "SIGHUP" | "EPIPE" | "timeout" | "caller";

/**
 * The abort reason of a signal from `untilInterrupted`. Loops over the readers of this package end quietly for this
 * reason, and throw every other one.
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
  /** What ended the work. */
  readonly by: InterruptionSource;
  /** @param cause - What ends the work: the script itself by default, as the reason for its own `AbortController`. */
  constructor({ by = "caller" }: { by?: InterruptionSource | undefined } = {}) {
    super("ERR_EBPF_INTERRUPTED", `interrupted by ${by}`);
    this.by = by;
  }
}
