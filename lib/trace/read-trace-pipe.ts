import { checkSignal, optional, optionsOf } from "../arguments/index.ts";
import { NotSupportedError } from "../errors/index.ts";
import { throwIfAborted } from "../interrupt/index.ts";
import type { TraceLine } from "./trace-line.ts";
import { isTracingOn, LOOK_INTERVAL, TracePipe } from "./trace-pipe.ts";

/** Options of {@link tracePipe}. */
export interface TracePipeOptions {
  /**
   * Ends the loop: without an error for a signal of `untilInterrupted`, otherwise by throwing its reason. Default:
   * none.
   */
  signal?: AbortSignal | undefined;
}

const checkOptions = optionsOf<TracePipeOptions>({ signal: optional(checkSignal) });

/**
 * Yields the lines that programs write with bpf_printk, of all programs on the machine, from when the loop begins. The
 * kernel gives each line to one reader only, and keeps them in a buffer until they are read. Waiting keeps the process
 * alive; leaving the loop closes the pipe.
 *
 * @param options - Ways to end the loop, in addition to `break`.
 * @throws By the first step of the loop: {@link PermissionError} without the privilege; {@link NotSupportedError} without
 * tracefs, or when tracing is switched off; {@link SystemError} when another process reads the pipe (EBUSY, Linux 6.6).
 *
 * @example
 * ```ts
 * for await (const { task, pid, text } of tracePipe({ signal: untilInterrupted() })) console.log(task, pid, text);
 * ```
 */
export function tracePipe(options: TracePipeOptions = {}): AsyncIterableIterator<TraceLine> {
  const { signal } = checkOptions(options, "tracePipe");
  return lines(signal);
}

async function* lines(signal: AbortSignal | undefined): AsyncGenerator<TraceLine, void, void> {
  if (!isTracingOn())
    throw new NotSupportedError("bpf_printk writes nothing: tracing is switched off", {
      operation: "read trace_pipe",
      remedy: "Write 1 to /sys/kernel/tracing/tracing_on",
    });
  const pipe = new TracePipe();
  try {
    for (;;) {
      const found = pipe.read();
      for (const line of found) {
        throwIfAborted(signal);
        if (signal?.aborted) return;
        yield line;
      }
      throwIfAborted(signal);
      if (signal?.aborted) return;
      if (found.length === 0) await pause(signal);
    }
  } finally {
    pipe.close();
  }
}

function pause(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, LOOK_INTERVAL);
    signal?.addEventListener("abort", end);
  });
}
