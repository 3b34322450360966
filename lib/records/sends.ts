import type { Frame, Visitor } from "./interpreter.ts";
import type { Cells, State } from "./state.ts";
import {
  constant,
  join,
  onlyConstant,
  type Pointer,
  pointer,
  pointersOf,
  things,
  type Value,
} from "./tracked-value.ts";

/** A function on the call stack when a record is sent, and its current instruction. */
export interface SendPlace {
  readonly section: number;
  readonly slot: number;
}

/** A place of the object that sends records, or reads them from a user ring buffer. */
export interface Send {
  /** The kind of the helper that sends. The verifier accepts a map only of this kind. */
  readonly through: "ring" | "perf" | "user-ring";
  /** The possible maps. Empty if unknown. */
  readonly maps: ReadonlySet<string>;
  /** The location of the record before it is sent: in the ring buffer, on a stack, or in a map. */
  readonly data: readonly Pointer[];
  /** The size in bytes, if it is constant. */
  readonly size: number | undefined;
  /** The call stack: the sending instruction and the calls that led to it, by depth. */
  readonly places: readonly SendPlace[];
  /** The known contents of the record. */
  contents: Cells | undefined;
}

// sizeof(struct bpf_dynptr)
const DYNPTR_SIZE = 16;

/** Collects the records that programs send while the interpreter runs them. */
export class Sends implements Visitor {
  readonly #sends = new Map<string, Send>();
  readonly #reserved = new Map<string, Send>();
  /** Whether an unknown record was submitted. */
  #isBlind = false;
  readonly #watch: (frame: Frame, state: State) => void;

  /** @param watch - A function that is called before each instruction. */
  constructor(watch: (frame: Frame, state: State) => void) {
    this.#watch = watch;
  }

  get all(): readonly Send[] {
    const all = [...this.#sends.values()];
    // The submitted record can be any of the reserved records, with unknown contents.
    return this.#isBlind ? all.map((send) => ({ ...send, contents: undefined })) : all;
  }

  visit(frame: Frame, state: State): void {
    this.#watch(frame, state);
  }

  call(
    name: string,
    frame: Frame,
    state: State,
    run: (callback: Value, args: readonly Value[]) => void,
  ): Value {
    const [, r1, r2, r3, r4, r5] = state.registers;
    switch (name) {
      case "map_lookup_elem":
      case "map_lookup_percpu_elem":
      case "sk_storage_get":
      case "task_storage_get":
      case "inode_storage_get":
      case "cgrp_storage_get":
      case "get_local_storage":
        return lookedUp(r1);
      case "ringbuf_output":
        this.#output("ring", frame, state, r1, r2, r3);
        return undefined;
      case "perf_event_output":
      case "skb_output":
      case "xdp_output":
        this.#output("perf", frame, state, r2, r4, r5);
        return undefined;
      case "ringbuf_reserve": {
        const id = this.#reserve(frame, r1, r2);
        // The previous contents belong to another record.
        state.drop(things.record(id));
        return join(pointer(things.record(id)), constant(0));
      }
      case "ringbuf_reserve_dynptr": {
        const id = this.#reserve(frame, r1, r2);
        for (const { to, offset } of pointersOf(r4))
          state.store(to, offset, DYNPTR_SIZE, pointer(things.dynptr(id)));
        return undefined;
      }
      case "ringbuf_submit":
        this.#submit(state, r1);
        return undefined;
      case "dynptr_data":
        return insideDynptr(state, r1, r2);
      case "bpf_dynptr_slice":
      case "bpf_dynptr_slice_rdwr":
        return insideDynptr(state, r1, r2);
      case "dynptr_write":
        this.#copied(frame, state, insideDynptr(state, r1, r2), r3, r4);
        return undefined;
      case "dynptr_read":
        this.#copied(frame, state, insideDynptr(state, r3, r4), r1, r2);
        forgetWritten(state, [r1, r2]);
        return undefined;
      case "user_ringbuf_drain": {
        const id = this.#reserve(frame, r1, undefined, "user-ring");
        const handle = things.dynptr(`handle ${id}`);
        state.store(handle, 0, DYNPTR_SIZE, pointer(things.dynptr(id)));
        run(r2, [pointer(handle), r3]);
        return undefined;
      }
      case "for_each_map_elem": {
        const values = lookedUp(r1);
        run(r2, [r1, undefined, values?.filter(({ kind }) => kind === "pointer"), r3]);
        return undefined;
      }
      case "loop":
        run(r2, [undefined, r3]);
        return undefined;
      case "find_vma":
        run(r3, [undefined, undefined, r4]);
        return undefined;
      case "timer_set_callback": {
        const [at] = pointersOf(r1);
        if (at?.to.kind === "map-value") run(r2, [pointer(things.map(at.to.map)), undefined, pointer(at.to)]);
        return undefined;
      }
      default:
        forgetWritten(state, [r1, r2, r3, r4, r5]);
        return undefined;
    }
  }

  #output(through: Send["through"], frame: Frame, state: State, map: Value, data: Value, size: Value): void {
    const places = placesOf(frame);
    const pointers = pointersOf(data);
    const [only, second] = pointers;
    const isOne = only !== undefined && second === undefined;
    this.#add(keyOf(places), {
      through,
      maps: mapsOf(map),
      data: pointers,
      size: onlyConstant(size),
      places,
      contents: isOne && only.offset !== undefined ? moved(state.cells(only.to), only.offset) : undefined,
    });
  }

  #reserve(frame: Frame, map: Value, size: Value, through: Send["through"] = "ring"): string {
    const places = placesOf(frame);
    const id = keyOf(places);
    const send = this.#add(id, {
      through,
      maps: mapsOf(map),
      data: pointersOf(pointer(things.record(id))),
      size: onlyConstant(size),
      places,
      contents: this.#reserved.get(id)?.contents,
    });
    this.#reserved.set(id, send);
    return id;
  }

  #submit(state: State, record: Value): void {
    if (pointersOf(record).length === 0) this.#isBlind = true;
    for (const { to } of pointersOf(record)) {
      const send = to.kind === "record" ? this.#reserved.get(to.id) : undefined;
      if (send === undefined) continue;
      const cells = state.cells(to) ?? new Map();
      send.contents = send.contents === undefined ? cells : common(send.contents, cells);
    }
  }

  /**
   * Handles a copy between the record of a dynptr and other memory. The type of that memory shows the type of the
   * record.
   */
  #copied(frame: Frame, state: State, inRecord: Value, other: Value, size: Value): void {
    for (const { to, offset } of pointersOf(inRecord)) {
      if (to.kind !== "record" || offset !== 0) continue;
      const reserved = this.#reserved.get(to.id);
      if (reserved === undefined) continue;
      const places = placesOf(frame);
      const pointers = pointersOf(other);
      const [only, second] = pointers;
      const at = second === undefined ? only?.offset : undefined;
      this.#add(`${to.id} ${keyOf(places)}`, {
        through: reserved.through,
        maps: reserved.maps,
        data: pointers,
        size: onlyConstant(size),
        places,
        contents: only === undefined || at === undefined ? undefined : moved(state.cells(only.to), at),
      });
      // The copy shows more about the record than the reservation.
      this.#sends.delete(to.id);
    }
  }

  /** Merges a send into an earlier one at the same place. A loop visits a place again with less precise values. */
  #add(key: string, send: Send): Send {
    const known = this.#sends.get(key);
    const merged: Send =
      known === undefined
        ? send
        : {
            ...send,
            maps: new Set([...known.maps, ...send.maps]),
            data: [
              ...known.data,
              ...send.data.filter((one) => !known.data.some((other) => isAlike(one, other))),
            ],
            size: known.size === send.size ? send.size : undefined,
            contents: known.contents && send.contents && common(known.contents, send.contents),
          };
    this.#sends.set(key, merged);
    return merged;
  }
}

function isAlike(a: Pointer, b: Pointer): boolean {
  return a.to.key === b.to.key && a.offset === b.offset && a.array === b.array;
}

function placesOf(frame: Frame): SendPlace[] {
  const places: SendPlace[] = [];
  for (let at: Frame | undefined = frame; at !== undefined; at = at.caller)
    places.unshift({ section: at.code.section, slot: at.slot });
  return places;
}

function keyOf(places: readonly SendPlace[]): string {
  return places.map(({ section, slot }) => `${section}:${slot}`).join(" ");
}

/** The maps that a value points to. The inner maps of a map of maps have the name of the outer map. */
function mapsOf(value: Value): Set<string> {
  const found = new Set<string>();
  for (const { to } of pointersOf(value)) if (to.kind === "map" || to.kind === "map-value") found.add(to.map);
  return found;
}

function lookedUp(map: Value): Value {
  let found: Value = constant(0);
  for (const name of mapsOf(map)) found = join(found, pointer(things.mapValue(name)));
  return found?.length === 1 ? undefined : found;
}

/** The place in a record that a dynptr and an offset refer to. */
function insideDynptr(state: State, dynptr: Value, offset: Value): Value {
  let found: Value;
  for (const { to, offset: at } of pointersOf(dynptr)) {
    for (const handle of pointersOf(state.load(to, at, DYNPTR_SIZE)))
      if (handle.to.kind === "dynptr") found = pointer(things.record(handle.to.id), onlyConstant(offset));
  }
  return found && join(found, constant(0));
}

/** Most helpers that write to memory take its address followed by its size. */
function forgetWritten(state: State, args: readonly Value[]): void {
  for (const [i, arg] of args.entries()) {
    const size = onlyConstant(args[i + 1]);
    if (size === undefined || size <= 0) continue;
    for (const { to, offset } of pointersOf(arg)) state.forget(to, offset, size);
  }
}

/** The same cells relative to another offset. */
function moved(cells: Cells | undefined, start: number): Cells {
  return new Map([...(cells ?? [])].map(([at, cell]) => [at - start, cell]));
}

function common(a: Cells, b: Cells): Cells {
  const found = new Map(a);
  for (const [at, cell] of a) {
    const other = b.get(at);
    const value = other?.size === cell.size ? join(cell.value, other.value) : undefined;
    if (value === undefined) found.delete(at);
    else found.set(at, { size: cell.size, value });
  }
  return found;
}
