import { SKIPPED } from "./failures.ts";
import { type Cursor, Pull } from "./pull.ts";

/** Records as arrays of as many as there are. */
export class Batches<T> extends Pull<T, T[]> {
  protected readonly most: number;

  constructor(cursor: Cursor<T>, most: number, signal: AbortSignal | undefined) {
    super(cursor, signal);
    this.most = most;
  }

  protected give(): T[] | typeof SKIPPED {
    const batch: T[] = [];
    this.cursor.collect(batch, this.most);
    return batch.length === 0 ? SKIPPED : batch;
  }
}
