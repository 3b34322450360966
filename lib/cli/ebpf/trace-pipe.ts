import { closeSync, constants, openSync, readSync } from "node:fs";

const mounts = ["/sys/kernel/tracing", "/sys/kernel/debug/tracing"];
/** Milliseconds between two looks. The kernel keeps what was written until then. */
const INTERVAL = 100;

/** A line that a program wrote with bpf_printk. */
export interface PrintedLine {
  /** The text without the line break. */
  text: string;
  /** The task that the program ran in. */
  comm: string;
  pid: number;
  cpu: number;
  /** Seconds since boot. */
  time: number;
}

/**
 * Reads the trace pipe, in which bpf_printk of all programs on the machine writes. The kernel gives each line to one
 * reader only.
 */
export class TracePipe implements Disposable {
  readonly #fd: number;
  readonly #timer: NodeJS.Timeout;
  readonly #buffer = Buffer.alloc(64 * 1024);
  readonly #take: (line: PrintedLine) => unknown;
  #rest = "";
  #reading = false;
  #closed = false;

  /**
   * @param take - Takes each line. While a promise that it returned is pending, lines stay in the kernel.
   * @throws an error of the system when there is no tracefs, or it may not be read.
   */
  constructor(take: (line: PrintedLine) => unknown) {
    this.#take = take;
    this.#fd = openTracePipe();
    this.#timer = setInterval(() => void this.read(), INTERVAL);
  }

  /** Discards what was written before now. */
  discard(): void {
    while (this.#fill() > 0);
  }

  /** Reads what is there. */
  async read(): Promise<void> {
    if (this.#reading) return;
    this.#reading = true;
    try {
      for (let count = this.#fill(); count > 0; count = this.#fill()) {
        const lines = (this.#rest + this.#buffer.toString("utf8", 0, count)).split("\n");
        this.#rest = lines.pop() as string;
        for (const line of lines) {
          const parsed = parseLine(line);
          if (parsed !== undefined) await this.#take(parsed);
        }
      }
    } finally {
      this.#reading = false;
    }
  }

  /** Returns the number of bytes read; 0 when nothing waits. */
  #fill(): number {
    return this.#closed ? 0 : readWaiting(this.#fd, this.#buffer);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearInterval(this.#timer);
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
      failure ??= error;
    }
  }
  throw failure;
}

/** Returns the number of bytes; 0 when nothing waits. */
function readWaiting(fd: number, buffer: Buffer): number {
  try {
    return readSync(fd, buffer);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return 0;
    throw error;
  }
}

/** Parses a line of the trace pipe. Undefined for lines of other tracers. */
function parseLine(line: string): PrintedLine | undefined {
  const found =
    /^\s*(.+)-(\d+)\s+(?:\([\s\d-]+\)\s+)?\[(\d+)\]\s+(?:\S{4,6}\s+)?(\d+\.\d+): bpf_trace_printk: (.*)$/s.exec(
      line,
    );
  if (found === null) return undefined;
  const [, comm = "", pid, cpu, time, text = ""] = found;
  return { text, comm, pid: Number(pid), cpu: Number(cpu), time: Number(time) };
}
