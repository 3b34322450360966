import { checkPath } from "../arguments/index.ts";
import { openFd as fromFd, openId as fromId, walkIds } from "../live/ids.ts";
import { pinError } from "../live/pin.ts";
import { native } from "../native/addon.ts";
import { type Handle, isNativeError } from "../native/handle.ts";

export function openPin(path: string): Handle {
  checkPath(path, "path of a pinned program");
  try {
    return native().programFromPin(path);
  } catch (cause) {
    throw isNativeError(cause) ? pinError("program", "open pin", path, cause.errno, cause) : cause;
  }
}

export function openId(id: number): Handle {
  return fromId("program", id, native().programFromId);
}

export function openFd(fd: number): Handle {
  return fromFd("program", fd, native().programFromFd);
}

export function programIds(): IterableIterator<number> {
  return walkIds("program", native().programNextId);
}
