import { checkFileDescriptor, checkObjectId } from "../arguments/index.ts";
import { EBADF, EINVAL, ENOENT, ENOSYS, EPERM } from "../errors/errno.ts";
import { InvalidArgumentError, NotExistError, PermissionError, SystemError } from "../errors/index.ts";
import { privilegeRemedy } from "../kernel/privilege.ts";
import { needsLinux } from "../kernel/version.ts";
import { bpfFilterRemedy, environmentRemedy } from "../native/environment.ts";
import { type Handle, isNativeError } from "../native/handle.ts";

/** The first Linux with IDs for each kind. */
const since = { map: "4.13", program: "4.13", link: "5.8", BTF: "5.4" };

type Kind = keyof typeof since;

/**
 * Opens an object by its ID in the kernel. The object can belong to any process.
 *
 * @throws {@link NotExistError} when no object has the ID; {@link PermissionError} without CAP_SYS_ADMIN;
 * {@link InvalidArgumentError} for a value that is not an ID.
 */
export function openId(kind: Kind, id: number, open: (id: number) => Handle): Handle {
  checkObjectId(id, `ID of a ${kind}`);
  try {
    return open(id);
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    const { errno } = cause;
    if (errno === ENOENT)
      throw new NotExistError(`no ${kind} has ID ${id}`, { operation: "open id", errno, cause });
    throw idError(kind, `open ${kind} ${id}`, errno, cause);
  }
}

/**
 * Iterates over the IDs of all objects of a kind in the kernel, in ascending order.
 *
 * @throws {@link PermissionError} without CAP_SYS_ADMIN.
 */
export function* walkIds(kind: Kind, next: (id: number) => number): IterableIterator<number> {
  for (let id = 0; ; ) {
    id = next(id);
    if (id === -ENOENT) return;
    if (id < 0) throw idError(kind, `walk the ${kind}s`, -id);
    yield id;
  }
}

/**
 * Opens an object by a descriptor of this process.
 *
 * @throws {@link InvalidArgumentError} when it is a descriptor of another kind.
 */
export function openFd(kind: Kind, fd: number, open: (fd: number) => Handle): Handle {
  checkFileDescriptor(fd, `file descriptor of a ${kind}`);
  try {
    return open(fd);
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    const { errno } = cause;
    if (errno === EBADF || errno === EINVAL)
      throw new InvalidArgumentError(`file descriptor ${fd} is not a BPF ${kind}`);
    throw new SystemError(`cannot open file descriptor ${fd}`, { operation: "open fd", errno, cause });
  }
}

function idError(kind: Kind, what: string, errno: number, cause?: unknown): Error {
  const details = { operation: "open id", errno, cause };
  if (errno === EPERM)
    return new PermissionError(`cannot ${what}`, {
      ...details,
      remedy: privilegeRemedy(["sys_admin"]) ?? environmentRemedy(),
    });
  const filter = errno === ENOSYS || errno === EINVAL ? bpfFilterRemedy() : undefined;
  if (filter !== undefined) return new PermissionError(`cannot ${what}`, { ...details, remedy: filter });
  return new SystemError(`cannot ${what}`, {
    ...details,
    remedy: errno === EINVAL ? needsLinux(since[kind]) : undefined,
  });
}
