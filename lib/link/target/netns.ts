import { closeSync, openSync } from "node:fs";
import { InvalidArgumentError } from "../../errors.ts";

/**
 * Calls `use` with a descriptor of a network namespace, open meanwhile.
 *
 * @param netns - A file such as `/run/netns/NAME` or `/proc/PID/ns/net`, or the id of a process in it. Default: that
 * of this process.
 */
export function withNetns<T>(netns: string | number | undefined, use: (fd: number) => T): T {
  const path = typeof netns === "number" ? `/proc/${netns}/ns/net` : (netns ?? "/proc/thread-self/ns/net");
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    throw new InvalidArgumentError(
      `there is no network namespace "${path}": ${cause instanceof Error ? cause.message : cause}`,
    );
  }
  try {
    return use(fd);
  } finally {
    closeSync(fd);
  }
}
