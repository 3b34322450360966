import { closeSync, existsSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, join } from "node:path";
import { InvalidArgumentError } from "../../errors.ts";
import { requiredName } from "./required.ts";

const triplets: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
  arm: "arm-linux-gnueabihf",
  riscv64: "riscv64-linux-gnu",
  s390x: "s390x-linux-gnu",
};

/**
 * The path of a binary that may be given by name alone.
 *
 * @param binary - A path, the name of a library (`libc.so.6`) or of a program (`bash`).
 * @param pid - The process to look in first: which file it has mapped under that name, as it sees the file system.
 * @throws InvalidArgumentError when there is no such file.
 */
export function binaryPath(binary: string, pid?: number): string {
  if (requiredName(binary, "the binary").includes("/")) {
    if (!existsSync(binary)) throw new InvalidArgumentError(`there is no binary "${binary}"`);
    return binary;
  }
  const mapped = pid === undefined ? undefined : mappedBy(pid, binary);
  if (mapped !== undefined) return mapped;
  const folders = searchPath(binary);
  for (const folder of folders) {
    const path = join(folder, binary);
    if (existsSync(path)) return path;
  }
  throw new InvalidArgumentError(
    `no binary is called "${binary}"`,
    `Looked in ${folders.join(", ")}; give the whole path`,
  );
}

/**
 * @throws InvalidArgumentError for a file that has no symbols because it is no ELF file, or that cannot be read.
 */
export function requireElf(path: string): void {
  const magic = Buffer.alloc(4);
  let fd: number | undefined;
  try {
    fd = openSync(path, "r");
    readSync(fd, magic);
  } catch (cause) {
    throw new InvalidArgumentError(
      `cannot read binary "${path}": ${cause instanceof Error ? cause.message : cause}`,
    );
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  if (magic.toString("latin1") !== "\x7fELF") throw new InvalidArgumentError(`"${path}" is no ELF file`);
}

function mappedBy(pid: number, name: string): string | undefined {
  let maps: string;
  try {
    maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  } catch {
    return undefined;
  }
  for (const [, path] of maps.matchAll(/ (\/\S.*)$/gm)) {
    if (path === undefined || basename(path) !== name) continue;
    // A process in a container has a root of its own.
    const seen = `/proc/${pid}/root${path}`;
    if (existsSync(seen)) return seen;
  }
  return undefined;
}

function searchPath(name: string): string[] {
  const listed = (variable: string) =>
    process.env[variable]?.split(":").filter((folder) => folder !== "") ?? [];
  if (!/\.so(\.|$)/.test(name)) return [...listed("PATH"), "/usr/bin", "/usr/sbin"];
  const triplet = triplets[process.arch];
  const multiarch = triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`];
  return [...listed("LD_LIBRARY_PATH"), ...multiarch, "/usr/lib64", "/lib64", "/usr/lib", "/lib"];
}
