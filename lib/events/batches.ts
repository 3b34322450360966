import { SKIPPED } from "./failures.ts";
import { Pull, type RecordCursor } from "./pull.ts";

/** An iterator over arrays of the records that are available. */
export class Batches<T> extends Pull<T, T[]> {
  protected readonly most: number;

  constructor(cursor: RecordCursor<T>, most: number, signal: AbortSignal | undefined) {
    super(cursor, signal);
    this.most = most;
  }

  protected give(): T[] | typeof SKIPPED {
    const batch: T[] = [];
    this.cursor.collect(batch, this.most);
    return batch.length === 0 ? SKIPPED : batch;
  }
}
