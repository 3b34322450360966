import { closeSync, constants, openSync } from "node:fs";
import { checkPath, checkPid, describeValue } from "../arguments/index.ts";
import { type SocketLike, socketDescriptor } from "../arguments/socket.ts";
import { EINVAL } from "../errors/errno.ts";
import { EncodeError, SystemError } from "../errors/index.ts";
import { native } from "../native/addon.ts";

/** An object with a file descriptor in the property `fd`, such as a FileHandle. */
export interface HasFd {
  /** The file descriptor. */
  readonly fd: number;
}

/**
 * Returns the descriptor of a socket.
 *
 * @throws {@link EncodeError} when the socket has none: it is not connected, not listening, or closed.
 */
export function socketFd(socket: SocketLike): number {
  const fd = socketDescriptor(socket);
  if (fd === undefined)
    throw new EncodeError({
      path: "socket",
      type: "socket",
      expected: "an open socket with a file descriptor",
      received: describeValue(socket),
    });
  return fd;
}

/** A descriptor that is kept open during an operation. */
export interface BorrowedFd {
  readonly fd: number;
  done(): void;
}

const keep = (): void => {};

/** Returns the descriptor of a file or directory (such as a cgroup) given by path, descriptor or object. */
export function fileFd(file: string | number | HasFd, what: string): BorrowedFd {
  if (typeof file === "string") {
    const fd = openFile(file, what);
    return { fd, done: () => closeSync(fd) };
  }
  const fd = typeof file === "number" ? file : file?.fd;
  if (!Number.isInteger(fd) || fd < 0)
    throw new EncodeError({
      path: what,
      type: what,
      expected: "a path or a file descriptor",
      received: describeValue(file),
    });
  return { fd, done: keep };
}

function openFile(path: string, what: string): number {
  checkPath(path, `path of a ${what}`);
  try {
    return openSync(path, constants.O_RDONLY);
  } catch (cause) {
    const { errno = -EINVAL } = cause as NodeJS.ErrnoException;
    throw new SystemError(`cannot open ${what} "${path}"`, { operation: "open", errno: -errno, cause });
  }
}

/** Returns the descriptor of a process. */
export function processFd(pid: number): BorrowedFd {
  checkPid(pid, "process");
  const fd = native().processFd(pid);
  if (fd < 0) return { fd, done: keep };
  return { fd, done: () => closeSync(fd) };
}
