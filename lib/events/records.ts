import type { SKIPPED } from "./failures.ts";
import { Pull } from "./pull.ts";

/** Records one by one. */
export class Records<T> extends Pull<T, T> {
  // What is found and not yet asked for takes up room in the ring: not much, for a slow loop's sake.
  protected readonly most = 64;

  protected give(): T | typeof SKIPPED {
    return this.cursor.take();
  }
}
