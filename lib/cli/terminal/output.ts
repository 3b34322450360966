import { closeSync, constants, fstatSync, openSync } from "node:fs";

/**
 * Writes to stdout at the speed of its reader. A reader that does not read makes `write` wait, so that a producer that
 * awaits it holds no more than one piece of output.
 */
export class Output {
  #drained: Promise<void> | undefined;
  #gone = false;

  /** Whether the reader has closed the pipe. */
  get gone(): boolean {
    return this.#gone;
  }

  /** Whether earlier output waits for the reader. */
  get blocked(): boolean {
    return this.#drained !== undefined;
  }

  /** Writes text. Returns a promise to await before the next piece; undefined when the reader keeps up. */
  write(text: string): Promise<void> | undefined {
    if (text === "" || this.#gone) return this.#drained;
    if (process.stdout.write(text)) return undefined;
    this.#drained ??= new Promise<void>((resolve) => {
      const done = () => {
        process.stdout.off("drain", done);
        process.stdout.off("close", done);
        this.#drained = undefined;
        resolve();
      };
      process.stdout.on("drain", done);
      process.stdout.on("close", done);
    });
    return this.#drained;
  }

  /**
   * Looks whether the reader of a pipe is gone. Writing tells it too, but only when there is something to write.
   *
   * @returns true from then on.
   */
  checkReader(): boolean {
    if (!this.#gone) this.#gone = isPipeWithoutReader(1);
    return this.#gone;
  }

  /** Waits until everything is written, at most for a time in milliseconds. */
  async flush(most: number): Promise<boolean> {
    const { stdout } = process;
    if (this.#gone || stdout.writableLength === 0) return true;
    const { promise, resolve } = withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), most);
    stdout.write("", () => resolve(true));
    const done = await promise;
    clearTimeout(timer);
    return done;
  }
}

function withResolvers<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((one) => {
    resolve = one;
  });
  return { promise, resolve };
}

function isPipeWithoutReader(fd: number): boolean {
  try {
    if (!fstatSync(fd).isFIFO()) return false;
    // Opening a FIFO without a reader for writing fails with ENXIO, and that of a pipe through /proc too.
    closeSync(openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK));
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENXIO";
  }
}
