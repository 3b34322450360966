import { checkPath, optional, optionsOf } from "../arguments/index.ts";
import { EACCES, EINVAL, EOPNOTSUPP, EPERM, ESTALE } from "../errors/errno.ts";
import {
  type EbpfError,
  InvalidArgumentError,
  LinkError,
  NotSupportedError,
  PermissionError,
} from "../errors/index.ts";
import { ifKnown, present } from "../format/inspected.ts";
import { type HookName, hook, hooks, type LinkNature } from "../hooks/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { ask } from "../live/ask.ts";
import { cloneHandle } from "../live/clone.ts";
import { closedOnError } from "../live/closing.ts";
import { openFd, openId, walkIds } from "../live/ids.ts";
import { pin, pinError, unpin } from "../live/pin.ts";
import { handleOf, Resource } from "../live/resource.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import type { Attachable } from "./attachable.ts";
import { closeGuarded, closeLink, closeNetlink, guardLink } from "./close-link.ts";
import { type LinkInfo, linkInfo } from "./info.ts";
import { keepAlive, letEnd } from "./keep-alive.ts";
import { checkKind } from "./options.ts";

const checkUpdate = optionsOf<{ expected?: Attachable }>({
  expected: optional((value, subject) => checkKind("program", value, subject) as Attachable),
});

/**
 * An attachment of a program. Closing the link detaches the program, unless the link is pinned. The end of the process
 * also closes the link.
 *
 * A link that this process created keeps the process alive until it is closed, detached or pinned, like an open server:
 * see {@link Link.unref}.
 */
export class Link extends Resource {
  /** How the program is attached. Only the nature `link`, a bpf_link, supports `id`, `info` and `pin`. */
  readonly nature: LinkNature;
  readonly #of: string;
  readonly #pins = new Set<string>();
  #isReferenced = true;
  #isDetached = false;

  /**
   * @param handle - -1 for a link that was closed before.
   * @param otherwise - The nature of the attachment if it is not a bpf_link, or is closed.
   * @param outlives - Whether the attachment would remain when the process ends.
   * @internal
   */
  constructor(
    handle: Handle,
    program: string,
    otherwise: LinkNature = "perf-event",
    outlives = otherwise === "netlink" || otherwise === "struct-ops",
  ) {
    const what = `link of program "${program}"`;
    super(handle, what, outlives ? (otherwise === "netlink" ? closeNetlink : closeGuarded) : closeLink);
    if (outlives) guardLink(handle, what);
    this.nature = handle === -1 || native().linkFd(handle) === -1 ? otherwise : "link";
    if (handle !== -1) keepAlive(handle);
    this.#of = program;
  }

  /**
   * Opens a pinned link.
   *
   * @param path - The path of the pin.
   * @returns A link that the caller closes. Closing it does not detach the program while the pin exists.
   * @throws {@link PinError} when the path is not a pin of a link, {@link PermissionError}.
   *
   * @since Linux 5.7
   */
  static fromPin(path: string): Link {
    const link = Link.#opened(openPin(checkPath(path, "path of Link.fromPin")));
    link.#pins.add(path);
    return link;
  }

  /**
   * Opens a link by its ID. The link can belong to any process.
   *
   * @param id - The ID of the link in the kernel.
   * @returns A link that the caller closes.
   * @throws {@link NotExistError} when no link has the ID.
   * @throws {@link InvalidArgumentError} when `id` is not an ID.
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   *
   * @since Linux 5.8
   */
  static fromId(id: number): Link {
    return Link.#opened(openId("link", id, native().linkFromId));
  }

  /**
   * Opens the link of a file descriptor of this process, such as one that the process inherited or that systemd kept
   * for it. The descriptor stays open, and the caller still owns it.
   *
   * @param fd - A file descriptor of a bpf_link.
   * @returns A link that the caller closes. Closing it does not detach the program while the descriptor is open.
   * @throws {@link InvalidArgumentError} when the descriptor is not a bpf_link.
   *
   * @since Linux 5.7
   */
  static fromFd(fd: number): Link {
    return Link.#opened(openFd("link", fd, native().linkFromFd));
  }

  // Another process attached it, and decides how long it is needed.
  static #opened(handle: Handle): Link {
    // The name of the program is unknown; the ID takes its place in messages.
    const { programId } = closedOnError(handle, native().linkClose, (open) =>
      ask("a link", ["bpf"], () => native().linkInfo(open)),
    );
    return new Link(handle, `#${programId}`).unref();
  }

  /**
   * Iterates over the IDs of all links in the kernel, in ascending order. `fromId` throws for a link that was closed
   * after its ID was returned.
   *
   * @throws {@link PermissionError} without CAP_SYS_ADMIN.
   *
   * @since Linux 5.8
   */
  static ids(): IterableIterator<number> {
    return walkIds("link", native().linkNextId);
  }

  /**
   * Replaces the attached program with another one. No event is missed.
   *
   * @param next - A program of the same type that was loaded for the same hook.
   * @param options.expected - The call fails unless this program is attached. For the natures `link` and `netlink` with
   * XDP, the kernel compares. For tc, and for `map` from Linux 5.18, this package compares program IDs just before the
   * replacement. For `socket`, and for `map` before Linux 5.18, the option is not supported. Default: any program.
   * @throws {@link NotSupportedError} when the kernel cannot replace the program, as with tracing programs and probes.
   * Attach the next program, then close this link.
   * @throws {@link LinkError} (ESTALE) when `expected` is not the attached program, or without `expected`, when another
   * program has replaced that of this link; (EINVAL) when `next` does not fit.
   * @throws {@link InvalidArgumentError}, {@link PermissionError}, {@link ClosedError}.
   *
   * @example
   * ```ts
   * // The hook runs the new program from the next event on; no event is missed.
   * oldLink.update(program);
   * ```
   *
   * @since Linux 5.7 for the nature `link`
   */
  update(next: Attachable, options: { expected?: Attachable } = {}): void {
    const handle = this[handleOf];
    checkKind("program", next, "next program of link.update");
    const { expected } = checkUpdate(options, "link.update");
    const status = native().linkUpdate(handle, next[handleOf], expected?.[handleOf]);
    if (status === 0) return;
    const message = `cannot replace program "${this.#of}" with "${next.name}"`;
    if (-status === ESTALE || (-status === EPERM && expected !== undefined))
      throw new LinkError(message, otherProgram("update"));
    const isBlind = this.nature === "socket" || this.nature === "map";
    if (-status === EOPNOTSUPP && expected !== undefined && isBlind)
      throw new NotSupportedError(`${message}: expected is not supported here`, {
        operation: "update",
        errno: -status,
        remedy: `The kernel does not report which program is attached to a ${this.nature}: omit "expected"`,
      });
    if (-status === EOPNOTSUPP || (-status === EINVAL && !this.#isReplaceable()))
      throw new NotSupportedError(message, {
        operation: "update",
        errno: -status,
        remedy: "The kernel cannot replace a program here. Attach the next one, then close this link",
      });
    if (-status === EINVAL)
      throw new LinkError(message, {
        operation: "update",
        errno: -status,
        remedy: `The next program has the same type, and was loaded for the same hook; "${next.name}" has type "${next.type}"`,
      });
    throw linkError(message, -status, "update");
  }

  // The kernel returns EINVAL both when the link type has no update and when the next program does not fit.
  #isReplaceable(): boolean {
    if (this.nature !== "link") return true;
    const { type } = this.info();
    return Object.keys(hooks).some((name) => {
      const { link, update } = hook(name as HookName);
      return link?.type === type && update !== undefined;
    });
  }

  /**
   * Detaches the program immediately, even when the link is pinned or open in another process. The link stays open but
   * is no longer attached.
   *
   * @throws {@link LinkError} (ESTALE) when another program has replaced that of this link. That program stays
   * attached.
   * @throws {@link NotSupportedError} for tracing programs and probes, which only `close` detaches.
   * @throws {@link PermissionError}, {@link ClosedError}.
   *
   * @since Linux 5.9
   */
  detach(): void {
    const handle = this[handleOf];
    const status = native().linkDetach(handle);
    if (status === 0) {
      this.#isDetached = true;
      letEnd(handle);
      return;
    }
    const message = `cannot detach program "${this.#of}"`;
    if (-status === EOPNOTSUPP)
      throw new NotSupportedError(message, {
        operation: "detach",
        errno: -status,
        remedy:
          "The program is detached when no process holds the link and no pin exists: call close() and unpin()",
      });
    if (-status === ESTALE) throw new LinkError(message, otherProgram("detach"));
    throw linkError(message, -status, "detach");
  }

  /**
   * Pins the link to a file of a BPF file system (bpffs). A pinned link stays attached after it is closed and after the
   * process ends.
   *
   * @param path - A file that does not exist, on a mounted bpffs. Missing parent folders are created.
   * @throws {@link NotSupportedError} when `nature` is not `link`.
   * @throws {@link PinError} when the file exists or the path is not on a bpffs.
   * @throws {@link PermissionError}, {@link ClosedError}.
   *
   * @since Linux 5.7
   */
  pin(path: string): void {
    const handle = this[handleOf];
    if (native().linkFd(handle) === -1) throw this.#noKernelLink("pinned", "pin");
    pin(`link of program "${this.#of}"`, path, (target) => native().linkPin(handle, target));
    this.#pins.add(path);
    letEnd(handle);
  }

  /** The last path of `pinPaths`. Undefined when the link is not pinned. */
  get pinPath(): string | undefined {
    return [...this.#pins].at(-1);
  }

  /** The paths that `pin` and `fromPin` were called with and that were not unpinned since. */
  get pinPaths(): readonly string[] {
    return [...this.#pins];
  }

  /**
   * Removes a pin. The link stays attached while it is open or pinned elsewhere.
   *
   * @param path - The path of the pin. Default: all paths of `pinPaths`.
   * @throws {@link InvalidArgumentError} when no path is given and the link has no pin.
   * @throws {@link PinError} when the path is not a pin, {@link PermissionError}.
   */
  unpin(path?: string): void {
    const what = `link of program "${this.#of}"`;
    if (path === undefined && this.#pins.size === 0) throw new InvalidArgumentError(`${what} is not pinned`);
    for (const each of path === undefined ? [...this.#pins] : [path]) {
      unpin(what, each);
      this.#pins.delete(each);
    }
    this.#settleHold();
  }

  /**
   * Detaches the program, unless the link is pinned or open elsewhere. A second call does nothing.
   *
   * An attachment without a bpf_link is removed by a call to the kernel, which can fail. The program stays attached and
   * the link open then, and `close` can be called again. It does not fail when the attachment is already gone: with its
   * interface, its qdisc, or because another program has replaced it.
   *
   * @throws {@link LinkError} (EMFILE, ENOMEM, EBUSY) or {@link PermissionError} when the kernel refuses to remove the
   * attachment. Never for the nature `link`.
   */
  override close(): void {
    super.close();
  }

  /**
   * Returns another object for the same attachment, with a descriptor of its own. The program stays attached until both
   * are closed.
   *
   * @returns A link that the caller closes.
   * @throws {@link NotSupportedError} when `nature` is not `link`; {@link ClosedError} after `close`.
   */
  clone(): this {
    const Class = this.constructor as new (handle: Handle, program: string) => this;
    const { fd } = this;
    const handle = cloneHandle(`link of program "${this.#of}"`, () => native().linkFromFd(fd));
    const clone = new Class(handle, this.#of);
    return this.#isReferenced ? clone : clone.unref();
  }

  /** @internal */
  protected override inspectedFields(): object {
    const { type, id } = ifKnown(() => this.info()) ?? {};
    const pins = this.pinPaths;
    return present({ nature: this.nature, type, id, pinPaths: pins.length > 0 ? pins : undefined });
  }

  /** Keeps the process alive while this link attaches the program and is not pinned. The default for new links. */
  ref(): this {
    this.#isReferenced = true;
    this.#settleHold();
    return this;
  }

  /** Lets the process end although the program is attached; the end of the process then detaches it. */
  unref(): this {
    this.#isReferenced = false;
    this.#settleHold();
    return this;
  }

  #settleHold(): void {
    if (this.closed) return;
    const handle = this[handleOf];
    if (this.#isReferenced && !this.#isDetached && this.#pins.size === 0) keepAlive(handle);
    else letEnd(handle);
  }

  /**
   * The file descriptor of the bpf_link, for sharing the attachment with another process: it can be inherited, sent
   * over a UNIX socket, or kept by systemd. {@link Link.fromFd} opens it there. This object owns it and closes it in
   * `close`.
   *
   * @throws {@link NotSupportedError} when `nature` is not `link`.
   * @throws {@link ClosedError} after `close`.
   */
  get fd(): number {
    const fd = native().linkFd(this[handleOf]);
    if (fd === -1) throw this.#noKernelLink("shared by a file descriptor", "fd");
    return fd;
  }

  /**
   * The ID of the link in the kernel.
   *
   * @throws The errors of {@link Link.info}.
   *
   * @since Linux 5.8
   */
  get id(): number {
    return this.info().id;
  }

  /**
   * Returns the kernel's information about the link. `type` selects the other fields.
   *
   * @throws {@link NotSupportedError} when `nature` is not `link`.
   * @throws {@link LinkError}, {@link PermissionError}, {@link ClosedError}.
   *
   * @since Linux 5.8; 6.6 for the fields of perf events and kprobe.multi; 6.8 for the fields of uprobe.multi
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
    return new NotSupportedError(`an attachment by ${this.nature} cannot be ${what}: it is not a bpf_link`, {
      operation,
      errno: EOPNOTSUPP,
    });
  }
}

function openPin(path: string): Handle {
  try {
    return native().linkFromPin(path);
  } catch (cause) {
    throw isNativeError(cause) ? pinError("link", "open pin", path, cause.errno, cause) : cause;
  }
}

function otherProgram(operation: string): { operation: string; errno: number; remedy: string } {
  return { operation, errno: ESTALE, remedy: "The attached program is not the expected one" };
}

function linkError(message: string, errno: number, operation: string): EbpfError {
  if (errno === EPERM || errno === EACCES)
    return new PermissionError(message, { operation, errno, remedy: privilegeRemedy(["sys_admin"]) });
  return new LinkError(message, { operation, errno });
}
