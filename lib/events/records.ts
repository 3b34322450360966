import type { SKIPPED } from "./failures.ts";
import { Pull } from "./pull.ts";

/** An iterator over single records. */
export class Records<T> extends Pull<T, T> {
  // Records that were found but not taken occupy the ring. The limit keeps a slow loop from holding many.
  protected readonly most = 64;

  protected give(): T | typeof SKIPPED {
    return this.cursor.take();
  }
}
