import { ClosedError } from "../errors/index.ts";
import { Resource } from "../live/resource.ts";
import { type MapBase, mapFrom, openInner } from "../map/index.ts";
import { native } from "../native/addon.ts";
import type { Handle } from "../native/handle.ts";
import type { MapSpec, ObjectSpec } from "../spec/index.ts";
import { mapCodecs } from "./map-codecs.ts";
import { noteRecordTypes } from "./note-record-types.ts";

/** The maps of a loaded object. A Map object is created at first use, since many maps are never used. */
export class LiveMaps extends Resource {
  readonly #object: ObjectSpec;
  readonly #waiting: Map<string, Handle>;
  readonly #made = new Map<string, MapBase>();
  readonly #released = new Set<MapBase>();
  /** The variables of `ebpf/lost.bpf.h` in which programs count lost records of a ring buffer, by map name. */
  readonly lossCounters = new Map<string, { readonly value: bigint }>();
  readonly #pinOf: (spec: MapSpec) => string | undefined;
  #findCounters = (): void => {};

  /**
   * @param handles - Handles by name. This object owns them.
   * @param pinOf - Returns the path at which the load pinned a map.
   */
  constructor(
    object: ObjectSpec,
    handles: Map<string, Handle>,
    pinOf: (spec: MapSpec) => string | undefined,
  ) {
    super(0, `collection "${object.name}"`, () => {
      for (const handle of handles.values()) native().mapClose(handle);
    });
    this.#object = object;
    this.#waiting = handles;
    this.#pinOf = pinOf;
  }

  /** Returns whether the map exists. */
  has(name: string): boolean {
    return this.#waiting.has(name) || this.#made.has(name);
  }

  /** @throws {@link ClosedError} for a map that was not used before `close`. */
  get(spec: MapSpec): MapBase {
    const { name } = spec;
    const made = this.#made.get(name);
    if (made !== undefined) return made;
    const handle = this.#waiting.get(name);
    if (handle === undefined || this.closed) throw new ClosedError(`map "${name}" is closed`);
    const info = native().mapInfo(handle);
    const map = mapFrom({ handle, name, info }, mapCodecs(spec), openInner);
    const pinned = this.#pinOf(spec);
    if (pinned !== undefined) map.rememberPin(pinned);
    this.#waiting.delete(name);
    this.#made.set(name, map);
    noteRecordTypes(map, this.#object, spec, () => this.#lost(name));
    return map;
  }

  /** Transfers a map to the caller. Returns false for a map of another object. */
  release(map: MapBase): boolean {
    if (this.#made.get(map.name) !== map) return false;
    this.#released.add(map);
    return true;
  }

  /** The maps that exist. */
  specs(): MapSpec[] {
    return Object.values(this.#object.maps).filter(({ name }) => this.has(name));
  }

  /** Sets the function that creates the variables. It finds the loss counters when the first one is read. */
  prepareCounters(makeVariables: () => unknown): void {
    this.#findCounters = makeVariables as () => void;
  }

  #lost(map: string): bigint | undefined {
    if (!this.closed) this.#findCounters();
    return this.closed ? undefined : this.lossCounters.get(map)?.value;
  }

  /** Closes all maps. Maps that were not used are closed by their handles. */
  override close(): void {
    for (const map of this.#made.values()) if (!this.#released.has(map)) map.close();
    super.close();
  }
}
