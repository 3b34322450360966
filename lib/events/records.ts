import type { SKIPPED } from "./failures.ts";
import { Pull } from "./pull.ts";

/** An iterator over single records. */
export class Records<T> extends Pull<T, T> {
  // Records that were found and not taken occupy the ring. A slow loop holds few.
  protected readonly most = 64;

  protected give(): T | typeof SKIPPED {
    return this.cursor.take();
  }
}
