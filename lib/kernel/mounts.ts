import { readKernelFile } from "./read-file.ts";

/** A mounted file system. */
export interface Mount {
  readonly path: string;
  readonly readOnly: boolean;
}

/**
 * The mounts of a type of file system, in the order of mounting.
 *
 * @param type - The name of the type: `cgroup2`, `bpf`, `tracefs`.
 * @throws {@link SystemError} when /proc cannot be read.
 */
export function mountsOf(type: string): Mount[] {
  return readKernelFile("/proc/self/mounts")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , found]) => found === type)
    .map(([, path = "", , options = ""]) => ({
      path: unescaped(path),
      readOnly: options.split(",").includes("ro"),
    }));
}

/** The kernel writes a space, a tab, a newline and a backslash as octal numbers. */
function unescaped(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
