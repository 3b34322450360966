import type { Handle } from "../native/handle.ts";
import type { handleOf } from "../resource.ts";
import type { ProgramType } from "../spec/index.ts";

/** What attaching needs of a program. */
export interface Attachable {
  readonly name: string;
  readonly type: ProgramType;
  /** The SEC name, empty for a program that no object of ours gave. */
  readonly section: string;
  /** @internal */
  readonly [handleOf]: Handle;
}
