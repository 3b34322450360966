import { EbpfError } from "./ebpf-error.ts";

/** What ended the work of a script: a signal, a closed stdout (`EPIPE`), or the end of its time (`timeout`). */
export type InterruptionSource = "SIGINT" | "SIGTERM" | "EPIPE" | "timeout";

/**
 * The abort reason of a signal from `untilInterrupted`. Loops over the readers of this package end quietly for this
 * reason, and throw every other one.
 */
export class InterruptedError extends EbpfError {
  static override readonly name: string = "InterruptedError";
  /** What ended the work. */
  readonly by: InterruptionSource;
  constructor({ by }: { by: InterruptionSource }) {
    super("ERR_EBPF_INTERRUPTED", `interrupted by ${by}`);
    this.by = by;
  }
}
