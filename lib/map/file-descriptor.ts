import { closeSync, constants, openSync } from "node:fs";
import { checkPath, checkPid, describeValue } from "../arguments/index.ts";
import { type SocketLike, socketDescriptor } from "../arguments/socket.ts";
import { EINVAL } from "../errno.ts";
import { EncodeError, SystemError } from "../errors.ts";
import { native } from "../native.ts";

/** Something with a file descriptor that is read from a property: a FileHandle, or whatever the caller makes. */
export interface HasFd {
  readonly fd: number;
}

/** The descriptor of a socket. @throws EncodeError when it has none: not connected, not listening, or closed. */
export function socketFd(socket: SocketLike): number {
  const fd = socketDescriptor(socket);
  if (fd === undefined)
    throw new EncodeError("socket", "socket", "an open socket with a file descriptor", describeValue(socket));
  return fd;
}

/** A descriptor that is held as long as an operation takes. */
export interface BorrowedFd {
  readonly fd: number;
  done(): void;
}

const keep = (): void => {};

/** Of a file or a folder (a cgroup is one): its path, its descriptor, or something that has one. */
export function fileFd(file: string | number | HasFd, what: string): BorrowedFd {
  if (typeof file === "string") {
    const fd = openFile(file, what);
    return { fd, done: () => closeSync(fd) };
  }
  const fd = typeof file === "number" ? file : file?.fd;
  if (!Number.isInteger(fd) || fd < 0)
    throw new EncodeError(what, what, "a path or a file descriptor", describeValue(file));
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

/** Of a process, or with `thread` of a thread, by its number. */
export function processFd(pid: number): BorrowedFd {
  checkPid(pid, "process");
  const fd = native().processFd(pid);
  if (fd < 0) return { fd, done: keep };
  return { fd, done: () => closeSync(fd) };
}
