import type { TypeId } from "../btf/index.ts";
import type { MapFields } from "./map-fields.ts";
import type { MapType } from "./map-types.ts";
import type { StructOpsDefinition } from "./struct-ops.ts";

/** Whether loading pins the map below the pin root, and shares a map that is pinned there. */
export type Pinning = "none" | "by-name";

/** The initial value of a slot of a map of maps or program array. Loading stores it. */
export interface InitialSlot {
  /** The key of the slot. */
  readonly index: number;
  /** The name of the map or program in the same object. */
  readonly name: string;
}

/** The initial contents of a map. */
export interface MapData {
  /** The section whose variables the map contains; undefined for a struct_ops map. */
  readonly section: string | undefined;
  /** Size in bytes. */
  readonly size: number;
  /** The contents; undefined for zeros. */
  readonly bytes: Uint8Array | undefined;
}

/** The properties of a live map that a spec uses. */
export interface LiveMap {
  readonly name: string;
  readonly type: MapType;
  readonly keySize: number;
  readonly valueSize: number;
  readonly maxEntries: number;
  readonly fd: number;
}

/** A map as defined in the object, before edits. */
export interface MapDefinition extends MapFields {
  readonly name: string;
  readonly kernelName: string;
  readonly section: string;
  readonly pinning: Pinning;
  readonly autocreate: boolean;
  /** The ID of the variable that defines the map. */
  readonly declaration: TypeId | undefined;
  readonly key: TypeId | undefined;
  readonly value: TypeId | undefined;
  readonly inner: MapDefinition | undefined;
  readonly slots: readonly InitialSlot[];
  readonly structOps: StructOpsDefinition | undefined;
  readonly data: MapData | undefined;
}
