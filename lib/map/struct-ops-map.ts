import { MapBase, type readBy } from "./map-base.ts";

declare const members: unique symbol;

/**
 * A table of functions that the kernel calls, implemented by programs. Attaching it registers the table.
 *
 * @typeParam Members - The members of the table that can be set before loading, as `bpf2ts` generates them.
 *
 * @since Linux 5.6
 */
export class StructOpsMap<Members extends object = object> extends MapBase {
  /** Class that reads the records; exists for the compiler only. */
  declare readonly [readBy]?: "nothing";
  /** The type of the map. */
  declare readonly type: "struct-ops";
  /** Exists for the compiler only, which derives {@link StructOpsSpec} from it. @internal */
  declare readonly [members]?: Members;
}
