/** Moves a view. A symbol, since C may call a field anything. */
export const moveTo: unique symbol = Symbol("ebpf.moveTo");

/** The current value of a view, as a separate object. */
export const copyFrom: unique symbol = Symbol("ebpf.copyFrom");

/**
 * A view of values of one type in memory, with a getter for each field, so that only accessed fields are read. Moving
 * it does not allocate. It is read-only and does not expose its memory.
 */
export interface MovableView<T = unknown> {
  /** @param end - Of the record, in bytes from the start of the memory, as `offset` is. */
  [moveTo](memory: DataView, offset: number, end: number): void;
  [copyFrom](): T;
}

/** The constructor of a view. */
export type ViewClass<T = unknown> = new () => MovableView<T>;

/** The memory of a view before its first move. */
export const noMemory = new DataView(new ArrayBuffer(0));
