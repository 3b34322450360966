/** The current value of a view, as a separate object. */
export const copyFrom: unique symbol = Symbol("ebpf.copyFrom");

/** The memory of a view before its first record. */
export const noMemory = new DataView(new ArrayBuffer(0));

/**
 * The record that a view shows. Code that moves a view stores into its place. The view itself is not called, because
 * a call of the views of several types in one loop is slow: V8 neither inlines it nor finds the method quickly.
 */
export class ViewPlace {
  /** The memory of the record, such as that of a ring. */
  memory: DataView = noMemory;
  /** The start of the record, in bytes from the start of the memory. */
  offset = 0;
  /** The end of the record, in bytes from the start of the memory. Only types with a flexible tail read it. */
  end = 0;

  /** Moves the view. */
  move(memory: DataView, offset: number, end: number): void {
    // The memory is nearly always the same. Comparing costs less than the write barrier of a store.
    if (this.memory !== memory) this.memory = memory;
    this.offset = offset;
    this.end = end;
  }

  /** Empties the view. Call it before the memory is released. */
  clear(): void {
    this.move(noMemory, 0, 0);
  }
}

/**
 * A view of values of one type in memory, with a getter for each field, so that only accessed fields are read. It is
 * read-only and does not expose its memory.
 */
export interface PlacedView<T = unknown> {
  /** The current record as an object of its own. */
  [copyFrom](): T;
}

/** The constructor of a view, which shows the record at a place. */
export type ViewClass<T = unknown> = new (place: ViewPlace) => PlacedView<T>;
