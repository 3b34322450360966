import { EBADF, EINVAL, ENOENT, EPERM } from "../errno.ts";
import { InvalidArgumentError, NotExistError, PermissionError, SystemError } from "../errors.ts";
import { type Handle, isNativeError } from "../native/handle.ts";
import { native } from "../native.ts";
import { pinError } from "../pin.ts";
import { privilegeRemedy } from "../privilege.ts";

export function openPin(path: string): Handle {
  try {
    return native().programFromPin(path);
  } catch (cause) {
    throw isNativeError(cause) ? pinError("program", "open pin", path, cause.errno, cause) : cause;
  }
}

export function openId(id: number): Handle {
  if (!Number.isInteger(id) || id < 1 || id > 0xffff_ffff) {
    throw new InvalidArgumentError(`${id} is no id of a program`);
  }
  try {
    return native().programFromId(id);
  } catch (cause) {
    throw isNativeError(cause) ? idError(`open program ${id}`, cause.errno, cause) : cause;
  }
}

export function openFd(fd: number): Handle {
  try {
    return native().programFromFd(fd);
  } catch (cause) {
    if (!isNativeError(cause)) throw cause;
    if (cause.errno === EBADF) throw new InvalidArgumentError(`file descriptor ${fd} is none of a program`);
    throw new SystemError(`cannot open file descriptor ${fd}`, {
      operation: "open fd",
      errno: cause.errno,
      cause,
    });
  }
}

export function* programIds(): IterableIterator<number> {
  for (let id = 0; ; ) {
    id = native().programNextId(id);
    if (id === -ENOENT) return;
    if (id < 0) throw idError("walk the programs", -id);
    yield id;
  }
}

function idError(what: string, errno: number, cause?: unknown): Error {
  const details = { operation: "open id", errno, cause };
  if (errno === ENOENT) return new NotExistError(`cannot ${what}`, details);
  if (errno === EPERM) {
    return new PermissionError(`cannot ${what}`, { ...details, remedy: privilegeRemedy(["sys_admin"]) });
  }
  return new SystemError(`cannot ${what}`, {
    ...details,
    remedy: errno === EINVAL ? "Needs Linux 4.13" : undefined,
  });
}
