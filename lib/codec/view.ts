/** Moves a view. A symbol, since C may call a field anything. */
export const moveTo: unique symbol = Symbol("ebpf.moveTo");

/** The value that a view shows just now, as an object of its own. */
export const copyFrom: unique symbol = Symbol("ebpf.copyFrom");

/**
 * A window onto values of one type in memory, with a getter for each field: only what is looked at is read. It
 * allocates nothing when it is moved, writes nothing, and does not expose its memory.
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
