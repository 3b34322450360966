import { closeSync, constants, openSync, readSync } from "node:fs";
import { EACCES, EBUSY, ENOENT, EPERM } from "../errors/errno.ts";
import { type EbpfError, NotSupportedError, PermissionError, SystemError } from "../errors/index.ts";
import { readTracefs } from "../kernel/tracefs.ts";
import { parseLine, type TraceLine } from "./trace-line.ts";

const mounts = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];

/**
 * Milliseconds between two reads. Neither poll nor a blocking read works: since Linux 6.1 poll waits until half of the
 * kernel's buffer is full, and a thread that waits in read cannot be stopped. The kernel keeps lines that are written
 * between two reads.
 */
export const LOOK_INTERVAL = 50;

/**
 * Reads the trace pipe, in which bpf_printk of all programs on the machine writes. The kernel gives each line to one
 * reader only.
 */
export class TracePipe implements Disposable {
  readonly #fd: number;
  readonly #buffer = Buffer.alloc(64 * 1024);
  #rest = "";
  #closed = false;

  /** @throws {@link PermissionError}, {@link NotSupportedError} without tracefs, {@link SystemError}. */
  constructor() {
    this.#fd = openTracePipe();
  }

  /** Returns the unread lines of one read; empty when there are none. */
  read(): TraceLine[] {
    if (this.#closed) return [];
    const count = readWaiting(this.#fd, this.#buffer);
    if (count === 0) return [];
    const lines = (this.#rest + this.#buffer.toString("utf8", 0, count)).split("\n");
    this.#rest = lines.pop() as string;
    const parsed = lines.flatMap((line) => parseLine(line) ?? []);
    // Lines of other tracers, or the beginning of a line: there may be more.
    return parsed.length > 0 ? parsed : this.read();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeSync(this.#fd);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function openTracePipe(): number {
  let failure: unknown;
  for (const mount of mounts) {
    try {
      return openSync(`${mount}/trace_pipe`, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      // The error of the first mount point is more specific, unless the mount point does not exist.
      if (failure === undefined || (failure as NodeJS.ErrnoException).code === "ENOENT") failure = error;
    }
  }
  throw openError(failure as NodeJS.ErrnoException);
}

function openError(cause: NodeJS.ErrnoException): EbpfError {
  const errno = Math.abs(cause.errno ?? ENOENT);
  const details = { operation: "open trace_pipe", errno, cause };
  const message = "cannot read the trace pipe";
  if (errno === EACCES || errno === EPERM)
    return new PermissionError(message, { ...details, remedy: "Run as root" });
  if (errno === ENOENT)
    return new NotSupportedError(message, {
      ...details,
      remedy: "tracefs is not mounted (mount -t tracefs tracefs /sys/kernel/tracing), or the kernel lacks it",
    });
  const remedy = errno === EBUSY ? "Another process reads it, and it has one reader at a time" : undefined;
  return new SystemError(message, { ...details, remedy });
}

/** Whether the kernel writes lines to the trace pipe. Tracing can be switched off. */
export function isTracingOn(): boolean {
  return readTracefs("tracing_on")?.trim() !== "0";
}

/** Returns the number of bytes; 0 when there are none. */
function readWaiting(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}
