import type { Handle } from "../native/handle.ts";
import type { handleOf } from "../resource.ts";
import type { AttachType, ProgramType } from "../spec/index.ts";

/** What attaching needs of a program. */
export interface Attachable {
  readonly name: string;
  readonly type: ProgramType;
  /** The SEC name, empty for a program that no object of ours gave. */
  readonly section: string;
  /** Where it was loaded to be attached; undefined where its type needs none, or when no object of ours gave it. */
  readonly attachType?: AttachType | undefined;
  /** What the SEC name, or the spec, says it is attached to. */
  readonly attachTo?: string | undefined;
  /** @internal */
  readonly [handleOf]: Handle;
}

/** What attaching needs of a map. */
export interface AttachableMap {
  readonly name: string;
  /** @internal */
  readonly [handleOf]: Handle;
}
