import { readFileSync } from "node:fs";
import { checkPid } from "../arguments/index.ts";
import { InvalidArgumentError } from "../errors/index.ts";
import { rethrowUnlessMissing } from "../kernel/file-error.ts";

/**
 * Returns the path of a process's cgroup below the cgroup mount: `/system.slice/nginx.service`.
 *
 * On a host that manages processes by cgroups of version 1, where all processes are in the root of cgroup2, this is the
 * path in the hierarchy of systemd. In a cgroup namespace, the path of a process outside of it begins with `/..`.
 *
 * @param pid - The ID of the process.
 * @throws {@link InvalidArgumentError} when there is no such process, or the kernel has no cgroups.
 * @throws {@link PermissionError} when /proc hides the processes of other users. {@link SystemError} when /proc cannot be
 * read.
 */
export function cgroupOf(pid: number): string {
  const file = `/proc/${checkPid(pid, "pid of cgroupOf")}/cgroup`;
  const lines = readLines(file, pid);
  const unified = pathIn(lines, "");
  const path =
    unified === undefined || unified === "/" ? (pathIn(lines, "name=systemd") ?? unified) : unified;
  if (path === undefined)
    throw new InvalidArgumentError(`process ${pid} is in no cgroup of version 2 or of systemd`);
  return path;
}

/** A line is "number of the hierarchy:controllers:path". */
function pathIn(lines: readonly string[], controllers: string): string | undefined {
  const fields = lines.map((line) => /^\d+:([^:]*):(.*)$/.exec(line));
  return fields.find((match) => match?.[1] === controllers)?.[2];
}

function readLines(file: string, pid: number): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch (cause) {
    rethrowUnlessMissing(file, cause);
    throw new InvalidArgumentError(`there is no process ${pid}`);
  }
}
