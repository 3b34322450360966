import { closeSync, openSync } from "node:fs";
import { InvalidArgumentError } from "../../errors/index.ts";
import { rethrowUnlessMissing } from "../../kernel/file-error.ts";

/**
 * Calls `use` with a file descriptor of a network namespace, and closes the descriptor afterwards.
 *
 * @param netns - `self` for the namespace of this thread, a file such as `/run/netns/NAME` or `/proc/PID/ns/net`, or
 * the ID of a process in the namespace. Default `self`.
 * @throws {@link InvalidArgumentError} when the namespace does not exist. {@link PermissionError} or
 * {@link SystemError} when it cannot be opened.
 */
export function withNetns<T>(netns: string | number | undefined, use: (fd: number) => T): T {
  const path = pathOf(netns);
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (cause) {
    rethrowUnlessMissing(path, cause);
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

function pathOf(netns: string | number | undefined): string {
  if (netns === undefined || netns === "self") return "/proc/thread-self/ns/net";
  return typeof netns === "number" ? `/proc/${netns}/ns/net` : netns;
}
