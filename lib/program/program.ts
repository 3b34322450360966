import { attached } from "../link/attach.ts";
import type { Attachable } from "../link/attachable.ts";
import type { Link } from "../link/link.ts";
import type { Handle } from "../native/handle.ts";
import { native } from "../native.ts";
import { handleOf, Resource } from "../resource.ts";
import type { ProgramSpec, ProgramType } from "../spec/index.ts";

/** What is known of a program besides its handle. */
export type ProgramOrigin = Pick<ProgramSpec, "name" | "type" | "section" | "attachTo">;

/** A program that the verifier has accepted. It does nothing until it is attached. */
export class Program<Type extends ProgramType = ProgramType> extends Resource implements Attachable {
  /** The name of its function in C. */
  readonly name: string;
  readonly type: Type;
  /** Its SEC name, which says where `attach` attaches it. */
  readonly section: string;

  /** What its SEC name, or the spec it was loaded from, says it is attached to: `syscalls/sys_enter_execve`. */
  readonly attachTo: string | undefined;

  /** @internal */
  constructor(handle: Handle, origin: ProgramOrigin) {
    super(handle, `program "${origin.name}"`, native().programClose);
    this.name = origin.name;
    this.type = origin.type as Type;
    this.section = origin.section;
    this.attachTo = origin.attachTo;
  }

  /**
   * Attaches the program where its SEC name says.
   *
   * @returns A link that the caller closes; closing the program does not detach it.
   * @throws AttachTargetError when the SEC name does not say where.
   * @throws AttachError when this kernel has no such hook.
   * @throws PermissionError without the privilege.
   * @throws ClosedError after `close`.
   */
  attach(): Link {
    const handle = this[handleOf];
    return attached(this, `"${this.section}"`, () => native().attach(handle));
  }
}
