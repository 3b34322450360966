import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InvalidArgumentError } from "../../errors/index.ts";
import { nearestNames } from "../../errors/nearest-names.ts";
import { rethrowUnlessHidden } from "../../kernel/file-error.ts";
import { fileOfProcess, pathOfProcess } from "../../process/files.ts";

const triplets: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
  arm: "arm-linux-gnueabihf",
  riscv64: "riscv64-linux-gnu",
  s390x: "s390x-linux-gnu",
};

/**
 * The path by which this process opens a binary.
 *
 * @param binary - A path, or the name of a library (`libc.so.6`) or program (`bash`).
 * @param pid - The process that runs the binary. A name selects a file that the process has mapped, and a path is
 * resolved in the file system of the process. A path in /proc is always resolved in that of this process.
 * @throws {@link InvalidArgumentError} when the file does not exist.
 */
export function binaryPath(binary: string, pid?: number): string {
  if (binary.includes("/")) {
    if (pid !== undefined && !binary.startsWith("/proc/")) return pathOfProcess(pid, resolve(binary));
    if (existsSync(binary)) return binary;
    throw new InvalidArgumentError(`there is no binary "${binary}"`, {
      remedy: nearestIn([dirname(binary)], basename(binary)),
    });
  }
  if (pid !== undefined) return fileOfProcess(pid, binary);
  const folders = searchPath(binary);
  for (const folder of folders) {
    const path = join(folder, binary);
    if (isFileAt(path)) return path;
  }
  throw new InvalidArgumentError(`no binary is called "${binary}"`, {
    remedy: [nearestIn(folders, binary), `Searched ${folders.join(", ")}; pass the complete path`]
      .filter((part) => part !== undefined)
      .join(". "),
  });
}

/** Names the files of folders whose names are similar; undefined if there is none. */
function nearestIn(folders: readonly string[], name: string): string | undefined {
  const names = folders.flatMap((folder) => {
    try {
      return readdirSync(folder);
    } catch {
      return [];
    }
  });
  const near = nearestNames(name, new Set(names));
  return near.length > 0 ? `Nearest: ${near.map((one) => `"${one}"`).join(", ")}` : undefined;
}

function isFileAt(path: string): boolean {
  try {
    return !statSync(path).isDirectory();
  } catch (cause) {
    rethrowUnlessHidden(path, cause);
    return false;
  }
}

function searchPath(name: string): string[] {
  const listed = (variable: string) =>
    process.env[variable]?.split(":").filter((folder) => folder !== "") ?? [];
  if (!/\.so(\.|$)/.test(name)) return [...listed("PATH"), "/usr/bin", "/usr/sbin"];
  const triplet = triplets[process.arch];
  const multiarch = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
  return [...listed("LD_LIBRARY_PATH"), ...multiarch, "/usr/lib64", "/lib64", "/usr/lib", "/lib"];
}
