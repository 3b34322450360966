import type { MapSpec } from "./map-spec.ts";

/** A struct_ops map, before loading. `bpf2ts` generates the type of its members. */
export interface StructOpsSpec<Members extends object> extends MapSpec {
  /** The members of the struct by name. A callback is the name of a program, or undefined for none. */
  readonly members: Members;
}

/** A map that is no struct_ops map, before loading. */
export interface PlainMapSpec extends MapSpec {
  /** A struct_ops map has members. */
  readonly members: never;
}
