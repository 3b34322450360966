import type { MapSpec } from "./map-spec.ts";

/** A struct_ops map, before loading. `bpf2ts` generates the type of its members. */
export interface StructOpsSpec<Members extends object> extends MapSpec {
  /** The members of the struct by name. A callback is the name of a program, or undefined for none. */
  readonly members: Members;
}
