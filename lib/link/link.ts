import { optional, optionsOf } from "../arguments/index.ts";
import { EACCES, EINVAL, EOPNOTSUPP, EPERM, ESTALE } from "../errno.ts";
import {
  type EbpfError,
  InvalidArgumentError,
  LinkError,
  NotSupportedError,
  PermissionError,
} from "../errors.ts";
import { type HookName, hook, hooks, type LinkNature } from "../hooks/index.ts";
import { openId, walkIds } from "../ids.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { pin, pinError, unpin } from "../pin.ts";
import { handleOf, Resource } from "../resource.ts";
import type { Attachable } from "./attachable.ts";
import { guardUntilClosed, releaseGuard } from "./exit-guard.ts";
import { type LinkInfo, linkInfo } from "./info.ts";
import { checkKind } from "./options.ts";

const checkUpdate = optionsOf<{ expected?: Attachable }>({
  expected: optional((value, subject) => checkKind("program", value, subject) as Attachable),
});

/**
 * An attachment of a program. Closing it detaches the program, unless the link is pinned; so does the end of the
 * process.
 */
export class Link extends Resource {
  /** How the program is attached, which says what can be done with this: only a `link` has an id, info and pins. */
  readonly nature: LinkNature;
  readonly #of: string;
  readonly #pins = new Set<string>();

  /**
   * @param otherwise - Its nature if it is no bpf_link.
   * @param outlives - Whether something of it would stay when the process ends.
   * @internal
   */
  constructor(
    handle: Handle,
    program: string,
    otherwise: LinkNature = "perf-event",
    outlives = otherwise === "netlink" || otherwise === "struct-ops",
  ) {
    super(handle, `link of program "${program}"`, outlives ? closeGuarded : native().linkClose);
    if (outlives) guardUntilClosed(handle);
    this.nature = native().linkFd(handle) === -1 ? otherwise : "link";
    this.#of = program;
  }

  /**
   * Opens a pinned link.
   *
   * @returns A link that the caller closes, which does not detach as long as the pin is there.
   * @throws PinError when nothing, or something else, is pinned there; PermissionError.
   *
   * Linux 5.7.
   */
  static fromPin(path: string): Link {
    const link = opened(openPin(path));
    link.#pins.add(path);
    return link;
  }

  /**
   * Opens a link of this machine by its id, whoever made it.
   *
   * @returns A link that the caller closes.
   * @throws NotExistError when there is none of that id; PermissionError without CAP_SYS_ADMIN; InvalidArgumentError for
   * what is no id.
   *
   * Linux 5.8.
   */
  static fromId(id: number): Link {
    return opened(openId("link", id, native().linkFromId));
  }

  /**
   * The ids of all links in the kernel, in rising order. One that is gone when its turn comes throws in `fromId`.
   *
   * @throws PermissionError without CAP_SYS_ADMIN.
   *
   * Linux 5.8.
   */
  static ids(): IterableIterator<number> {
    return walkIds("link", native().linkNextId);
  }

  /**
   * Puts another program in the place of the attached one; no event is missed.
   *
   * @param next - Of the same type, and loaded for the same hook.
   * @param options.expected - Fail when another program than this one is attached now. By `nature`: the kernel compares
   * for `link` and XDP over `netlink`; for tc and, from Linux 5.18, `map`, program IDs are compared just before; for
   * `socket`, and `map` before 5.18, the option is refused.
   * @throws NotSupportedError where the kernel cannot: tracing programs and probes are to be attached anew.
   * @throws LinkError (ESTALE) when the expected program is not attached, or without `expected` when another program took
   * the place of this link's; (EINVAL) when `next` does not fit.
   */
  update(next: Attachable, options: { expected?: Attachable } = {}): void {
    const handle = this[handleOf];
    checkKind("program", next, "next program of link.update");
    const { expected } = checkUpdate(options, "link.update");
    const status = native().linkUpdate(handle, next[handleOf], expected?.[handleOf]);
    if (status === 0) return;
    const message = `cannot put program "${next.name}" in place of "${this.#of}"`;
    if (-status === ESTALE || (-status === EPERM && expected !== undefined))
      throw new LinkError(message, otherProgram("update"));
    const isBlind = this.nature === "socket" || this.nature === "map";
    if (-status === EOPNOTSUPP && expected !== undefined && isBlind)
      throw new NotSupportedError(`${message}, if an expected one is attached`, {
        operation: "update",
        errno: -status,
        remedy: `The kernel does not tell which program is attached to a ${this.nature}: leave out "expected"`,
      });
    if (-status === EOPNOTSUPP || (-status === EINVAL && !this.#isReplaceable()))
      throw new NotSupportedError(message, {
        operation: "update",
        errno: -status,
        remedy: "The kernel cannot replace a program here. Attach the next one, then close this link",
      });
    throw linkError(message, -status, "update");
  }

  // The kernel answers EINVAL both for "this link cannot" and for "this program does not fit".
  #isReplaceable(): boolean {
    if (this.nature !== "link") return true;
    const { type } = this.info();
    return Object.keys(hooks).some((name) => {
      const { link, update } = hook(name as HookName);
      return link?.type === type && update !== undefined;
    });
  }

  /**
   * Detaches now, even when the link is pinned or open in another process; it stays open, attached to nothing.
   *
   * @throws LinkError (ESTALE) when another program took the place of this link's, which stays attached.
   * @throws NotSupportedError where only closing detaches: tracing programs and probes.
   *
   * Linux 5.9.
   */
  detach(): void {
    const status = native().linkDetach(this[handleOf]);
    if (status === 0) return;
    const message = `cannot detach program "${this.#of}"`;
    if (-status === EOPNOTSUPP)
      throw new NotSupportedError(message, {
        operation: "detach",
        errno: -status,
        remedy: "Such a link ends when it is closed everywhere: call close(), and unpin()",
      });
    if (-status === ESTALE) throw new LinkError(message, otherProgram("detach"));
    throw linkError(message, -status, "detach");
  }

  /**
   * Gives the link a name in a bpffs, which keeps it attached when it is closed and when the process ends.
   *
   * @param path - A file that does not exist, in a mounted bpffs. Folders on the way are made.
   * @throws NotSupportedError when `nature` is not `link`.
   * @throws PinError when there is something already, or the path is not on a bpffs; PermissionError.
   *
   * Linux 5.7.
   */
  pin(path: string): void {
    const handle = this[handleOf];
    if (native().linkFd(handle) === -1) throw this.#noKernelLink("pinned", "pin");
    pin(`link of program "${this.#of}"`, path, (target) => native().linkPin(handle, target));
    this.#pins.add(path);
  }

  /** The last of `pinPaths`; undefined when the link is not pinned. */
  get pinPath(): string | undefined {
    return [...this.#pins].at(-1);
  }

  /** Where `pin` of this object has pinned the link, and where `fromPin` found it. */
  get pinPaths(): readonly string[] {
    return [...this.#pins];
  }

  /**
   * Removes a pin; the link stays attached while it is open or pinned elsewhere.
   *
   * @param path - Default: all of `pinPaths`.
   * @throws {@link InvalidArgumentError} when no path is given and the link has no pin.
   * @throws {@link PinError} when nothing is pinned there; {@link PermissionError}.
   */
  unpin(path?: string): void {
    const what = `link of program "${this.#of}"`;
    if (path === undefined && this.#pins.size === 0) throw new InvalidArgumentError(`${what} is not pinned`);
    for (const each of path === undefined ? [...this.#pins] : [path]) {
      unpin(what, each);
      this.#pins.delete(each);
    }
  }

  /** The id in the kernel. Throws what `info` throws. */
  get id(): number {
    return this.info().id;
  }

  /**
   * What the kernel knows of the link now. `type` says which fields there are.
   *
   * @throws NotSupportedError when `nature` is not `link`.
   *
   * Linux 5.8; the fields of perf events since 6.6, of kprobe.multi since 6.6, of uprobe.multi since 6.8.
   */
  info(): LinkInfo {
    try {
      return linkInfo(native().linkInfo(this[handleOf]));
    } catch (error) {
      if (!isNativeError(error)) throw error;
      if (error.errno === EOPNOTSUPP) throw this.#noKernelLink("described", "info");
      throw linkError(`cannot describe link of program "${this.#of}"`, error.errno, "info");
    }
  }

  #noKernelLink(what: string, operation: string): NotSupportedError {
    return new NotSupportedError(`an attachment by ${this.nature} cannot be ${what}: it is no bpf_link`, {
      operation,
      errno: EOPNOTSUPP,
    });
  }
}

function closeGuarded(handle: Handle): void {
  releaseGuard(handle);
  native().linkClose(handle);
}

function openPin(path: string): Handle {
  try {
    return native().linkFromPin(path);
  } catch (cause) {
    throw isNativeError(cause) ? pinError("link", "open pin", path, cause.errno, cause) : cause;
  }
}

function opened(handle: Handle): Link {
  // What it is called here is for messages only.
  return new Link(handle, `#${native().linkInfo(handle).programId}`);
}

function otherProgram(operation: string): { operation: string; errno: number; remedy: string } {
  return { operation, errno: ESTALE, remedy: "Another program than the expected one is attached" };
}

function linkError(message: string, errno: number, operation: string): EbpfError {
  if (errno === EPERM || errno === EACCES)
    return new PermissionError(message, { operation, errno, remedy: privilegeRemedy(["sys_admin"]) });
  return new LinkError(message, { operation, errno });
}
