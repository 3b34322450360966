import { checkSignal, integerIn, optional, optionsOf } from "../arguments/index.ts";
import { throwIfAborted } from "./interrupted.ts";

/** Options of {@link every}. */
export interface EveryOptions {
  /**
   * Ends the loop: without an error for a signal of `untilInterrupted`, otherwise by throwing its reason. Default:
   * none.
   */
  signal?: AbortSignal | undefined;
}

const checkMilliseconds = integerIn(1, 0x7fff_ffff, "milliseconds");
const checkOptions = optionsOf<EveryOptions>({ signal: optional(checkSignal) });

/**
 * Yields 1, 2, 3, … at an interval, the first one after one interval. If one tick is due while the body of the loop
 * runs, it follows immediately. Further ticks are omitted. Waiting keeps the process alive.
 *
 * @param milliseconds - The interval.
 * @param options - Ways to end the loop, in addition to `break`.
 * @throws {@link InvalidArgumentError} for an interval that is not a number of milliseconds.
 *
 * @example
 * ```ts
 * for await (const _ of every(1000, { signal: untilInterrupted() })) console.log(counts.get(0));
 * ```
 */
export function every(milliseconds: number, options: EveryOptions = {}): AsyncIterableIterator<number> {
  checkMilliseconds(milliseconds, "interval of every");
  const { signal } = checkOptions(options, "every");
  return ticks(milliseconds, signal);
}

async function* ticks(
  milliseconds: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<number, void, void> {
  let due = false;
  let wake = (): void => {};
  const timer = setInterval(() => {
    due = true;
    wake();
  }, milliseconds);
  const onAbort = (): void => wake();
  signal?.addEventListener("abort", onAbort);
  try {
    for (let tick = 1; ; tick++) {
      while (!due && !signal?.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      throwIfAborted(signal);
      if (signal?.aborted) return;
      due = false;
      yield tick;
    }
  } finally {
    clearInterval(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}
