import { native } from "../../native/addon.ts";

/**
 * Writes to stdout at the speed of its reader. A reader that does not read makes `write` wait, so that a producer that
 * awaits it holds no more than one piece of output.
 */
export class Output {
  #drained: Promise<void> | undefined;
  #gone = false;

  /**
   * Whether the reader is gone: the other end of the pipe, or the terminal. Without output, no error would reveal it.
   */
  get gone(): boolean {
    if (!this.#gone) this.#gone = native().hasHungUp(1);
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

  /** Waits until everything is written, at most for a time in milliseconds. */
  async flush(most: number): Promise<boolean> {
    const { stdout } = process;
    if (this.gone || stdout.writableLength === 0) return true;
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
