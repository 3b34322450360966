import { closeSync, readFileSync, statSync } from "node:fs";
import { EAGAIN } from "../errors/errno.ts";
import { UpgradeLockedError } from "../errors/index.ts";
import { pinError } from "../live/pin.ts";
import { native } from "../native/addon.ts";

/**
 * Holds a folder for this process until `close`, or until the process ends, however it ends.
 *
 * @throws {@link UpgradeLockedError} when another process holds it.
 */
export class FolderLock {
  #fd: number;

  constructor(folder: string) {
    this.#fd = native().lockFolder(folder);
    if (this.#fd >= 0) return;
    if (this.#fd === -EAGAIN) throw new UpgradeLockedError({ folder, pid: holderOf(folder) });
    throw pinError("the folder of the versions", "open pin", folder, -this.#fd);
  }

  close(): void {
    if (this.#fd >= 0) closeSync(this.#fd);
    this.#fd = -1;
  }
}

/** `12: FLOCK  ADVISORY  WRITE 1234 00:1d:56 0 EOF` in /proc/locks: the process, and the inode. */
function holderOf(folder: string): number | undefined {
  try {
    const { ino } = statSync(folder);
    const line = new RegExp(`FLOCK +ADVISORY +WRITE +(\\d+) [0-9a-f]+:[0-9a-f]+:${ino} `);
    const pid = Number(line.exec(readFileSync("/proc/locks", "utf8"))?.[1]);
    return pid > 0 ? pid : undefined;
  } catch {
    return undefined;
  }
}
