import { numberIn, optional, optionsOf } from "../arguments/index.ts";
import { InterruptedError } from "../errors/index.ts";
import { watchStdoutReader } from "./stdout-reader.ts";

/** Options of {@link untilInterrupted}. */
export interface UntilInterruptedOptions {
  /** Milliseconds after which the signal is aborted in any case. Default: never. */
  timeout?: number | undefined;
}

const checkOptions = optionsOf<UntilInterruptedOptions>({
  // A longer timer of Node would fire immediately.
  timeout: optional(numberIn(0, 0x7fff_ffff, "milliseconds")),
});

// SIGHUP is included even under nohup, because Node resets ignored signals, so that SIGHUP would end the process.
const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The time in milliseconds after an interruption during which another signal belongs to it. */
const REPEATS = 500;

/** All callers wait for the same interruption, with one listener for each source. */
let shared: AbortController | undefined;
let endLooks = (): void => {};
let watchesStdout = false;
/** The number of interruptions whose signals may still be repeated. */
let recent = 0;

/**
 * Returns a signal for the end of a script: it is aborted by SIGINT (Ctrl-C), by SIGTERM, by SIGHUP (the terminal was
 * closed), and when stdout has no reader any more (as in `… | head`), at the next write or within a second. The reason
 * is an {@link InterruptedError}: loops over `RingBuf`, `PerfBuf`, `every` and `tracePipe` end without an error for it.
 *
 * Between the call and the first of these signals, the signals do not end the process. A signal within the next half
 * second is part of the same interruption: npm and `timeout` forward a signal that the whole process group also
 * received. A later signal ends the process.
 *
 * The signal does not keep the process alive: attached links and waiting readers do.
 *
 * @param options - An optional time limit.
 * @throws {@link InvalidArgumentError} for a timeout that is not a number of milliseconds.
 *
 * @example
 * ```ts
 * const signal = untilInterrupted();
 * for await (const event of events.values({ signal })) console.log(event);
 * console.log("That was all.");
 * ```
 */
export function untilInterrupted(options: UntilInterruptedOptions = {}): AbortSignal {
  const { timeout } = checkOptions(options, "untilInterrupted");
  const { signal } = interruption();
  if (timeout === undefined) return signal;
  const timed = new AbortController();
  setTimeout(() => timed.abort(new InterruptedError({ by: "timeout" })), timeout).unref();
  return AbortSignal.any([signal, timed.signal]);
}

function interruption(): AbortController {
  if (shared !== undefined) return shared;
  shared = new AbortController();
  for (const name of signals) process.on(name, interrupt);
  endLooks = watchStdoutReader(() => interrupt("EPIPE"));
  if (!watchesStdout) {
    // The listener stays, because every later write to the closed pipe is an error again.
    process.stdout.on("error", onOutputError);
    watchesStdout = true;
  }
  return shared;
}

function interrupt(by: (typeof signals)[number] | "EPIPE"): void {
  const interrupted = shared;
  if (interrupted === undefined || (recent > 0 && by !== "EPIPE")) return;
  shared = undefined;
  for (const name of signals) {
    process.on(name, ignoreRepeat);
    process.off(name, interrupt);
  }
  recent++;
  setTimeout(() => {
    recent--;
    for (const name of signals) process.off(name, ignoreRepeat);
  }, REPEATS).unref();
  endLooks();
  interrupted.abort(new InterruptedError({ by }));
}

function ignoreRepeat(): void {}

function onOutputError(error: NodeJS.ErrnoException): void {
  // EIO: a closed terminal.
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  interrupt("EPIPE");
}
