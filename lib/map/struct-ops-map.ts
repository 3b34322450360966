import { MapBase } from "./map-base.ts";

/**
 * A table of functions that the kernel calls, implemented by programs. Attaching it registers the table.
 *
 * @since Linux 5.6
 */
export class StructOpsMap extends MapBase {
  /** The type of the map. */
  declare readonly type: "struct-ops";
}
