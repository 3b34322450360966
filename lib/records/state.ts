import { isSame, join, type Thing, type Value } from "./tracked-value.ts";

/** A stored value and its size in bytes. */
export interface Cell {
  readonly size: number;
  readonly value: Value;
}

/** The known memory of one object, by offset. A missing offset has an unknown value. */
export type Cells = ReadonlyMap<number, Cell>;

const REGISTERS = 11;

/** The known registers and memory before an instruction. */
export class State {
  readonly registers: Value[];
  readonly #memory: Map<string, Cells>;

  constructor(
    registers: Value[] = new Array<Value>(REGISTERS).fill(undefined),
    memory = new Map<string, Cells>(),
  ) {
    this.registers = registers;
    this.#memory = memory;
  }

  copy(): State {
    return new State([...this.registers], new Map(this.#memory));
  }

  /** A state with the same memory and the registers at the entry of a called function. */
  called(registers: Value[]): State {
    return new State(registers, new Map(this.#memory));
  }

  cells(thing: Thing): Cells | undefined {
    return this.#memory.get(thing.key);
  }

  load(thing: Thing, offset: number | undefined, size: number): Value {
    const cell = offset === undefined ? undefined : this.#memory.get(thing.key)?.get(offset);
    return cell?.size === size ? cell.value : undefined;
  }

  store(thing: Thing, offset: number | undefined, size: number, value: Value): void {
    if (offset === undefined) {
      this.#memory.delete(thing.key);
      return;
    }
    const cells = without(this.#memory.get(thing.key), offset, size);
    cells.set(offset, { size, value });
    this.#memory.set(thing.key, cells);
  }

  /** Handles a store of an unknown value. */
  forget(thing: Thing, offset: number | undefined, size: number): void {
    const cells = this.#memory.get(thing.key);
    if (cells === undefined) return;
    if (offset === undefined) this.#memory.delete(thing.key);
    else this.#memory.set(thing.key, without(cells, offset, size));
  }

  drop(thing: Thing): void {
    this.#memory.delete(thing.key);
  }

  /** Copies the memory of another state. */
  takeMemory(other: State): void {
    this.#memory.clear();
    for (const [key, cells] of other.#memory) this.#memory.set(key, cells);
  }

  /** Joins another state into this one. Returns whether this state changed. */
  join(other: State): boolean {
    let changed = false;
    for (let i = 0; i < REGISTERS; i++) {
      const joined = join(this.registers[i], other.registers[i]);
      if (isSame(joined, this.registers[i])) continue;
      this.registers[i] = joined;
      changed = true;
    }
    for (const [key, cells] of this.#memory) {
      const joined = joinCells(cells, other.#memory.get(key));
      if (joined === cells) continue;
      this.#memory.set(key, joined);
      changed = true;
    }
    return changed;
  }
}

function without(cells: Cells | undefined, offset: number, size: number): Map<number, Cell> {
  const kept = new Map<number, Cell>();
  for (const [at, cell] of cells ?? [])
    if (at + cell.size <= offset || at >= offset + size) kept.set(at, cell);
  return kept;
}

/** Joins cells. Returns the same object if nothing changed. */
function joinCells(cells: Cells, others: Cells | undefined): Cells {
  if (cells === others) return cells;
  let joined: Map<number, Cell> | undefined;
  for (const [at, cell] of cells) {
    const other = others?.get(at);
    const value = other?.size === cell.size ? join(cell.value, other.value) : undefined;
    if (isSame(value, cell.value)) continue;
    joined ??= new Map(cells);
    if (value === undefined) joined.delete(at);
    else joined.set(at, { size: cell.size, value });
  }
  return joined ?? cells;
}
