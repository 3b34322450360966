import type { Handle } from "../native/handle.ts";
import type { handleOf } from "../resource.ts";
import type { AttachType, ProgramType } from "../spec/index.ts";

/** The part of a program that attaching uses. */
export interface Attachable {
  /** The name of the program. */
  readonly name: string;
  /** The type of the program. */
  readonly type: ProgramType;
  /** The SEC name. Empty for a program that was opened from a pin or an ID. */
  readonly section: string;
  /** The attach type that the program was loaded with. Undefined if its type needs none, or for a pin or an ID. */
  readonly attachType?: AttachType | undefined;
  /** The attach target according to the SEC name or the spec. */
  readonly attachTo?: string | undefined;
  /** @internal */
  readonly [handleOf]: Handle;
}

/** The part of a map that attaching uses. */
export interface AttachableMap {
  /** The name of the map. */
  readonly name: string;
  /** @internal */
  readonly [handleOf]: Handle;
}
