import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownFolder, packageRoot, upwards } from "../files/package-root.ts";

/** The searched files, and the result. */
export interface Search {
  /** Paths that were tried, in order. */
  readonly tried: readonly string[];
  /** The folder of the package; undefined in a bundle. */
  readonly root: string | undefined;
  /** The file to load, or the content of the file if it is inside the bundle. */
  readonly found: string | Uint8Array | undefined;
}

/** The C library of this system, by the test of node-gyp-build. */
export function libc(): "glibc" | "musl" {
  if (process.env.LIBC === "musl" || process.env.LIBC === "glibc") return process.env.LIBC;
  return existsSync("/etc/alpine-release") ? "musl" : "glibc";
}

/** The path of the prebuilt addon for this system, in the package and next to a bundle. */
export function prebuiltName(): string {
  return `prebuilds/linux-${process.arch}/ebpf.${libc()}.node`;
}

/**
 * Searches for the addon. An addon that was compiled on this machine has precedence over the prebuilt one.
 *
 * @param shipped - The URL of the prebuilt addon. A bundler may have rewritten it.
 * @throws The error of the runtime if it denies access to a file.
 */
export function findAddon(shipped: URL | undefined): Search {
  const tried: string[] = [];
  const root = packageRoot();
  const first = (files: Iterable<string>): string | undefined => {
    for (const file of files) {
      if (tried.includes(file)) continue;
      tried.push(file);
      if (isFile(file)) return file;
    }
    return undefined;
  };
  const found =
    (root === undefined ? undefined : compiledOrPrebuilt(root)) ??
    first(candidates(root, shipped)) ??
    embedded(shipped);
  return { tried, root, found };
}

/** The addon that node-gyp-build chooses in the package. Undefined if a file tracer omitted node-gyp-build. */
function compiledOrPrebuilt(root: string): string | undefined {
  // Does not use import, because bundlers replace it.
  const { createRequire } = process.getBuiltinModule("node:module");
  const require = createRequire(join(root, "package.json"));
  let choose: { path(folder: string): string };
  try {
    choose = require("node-gyp-build") as typeof choose;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "MODULE_NOT_FOUND") return undefined;
    throw error;
  }
  try {
    return choose.path(root);
  } catch {
    return undefined;
  }
}

function* candidates(root: string | undefined, shipped: URL | undefined): Generator<string> {
  if (root !== undefined) {
    yield join(root, "build/Release/ebpf.node");
    yield join(root, prebuiltName());
  }
  if (shipped?.protocol === "file:") yield fileURLToPath(shipped);
  const own = ownFolder();
  if (own !== undefined) for (const folder of upwards(own)) yield join(folder, prebuiltName());
  yield join(dirname(process.execPath), prebuiltName());
}

/** The file inside the bundle: an asset of a single executable, or a data URL. */
function embedded(shipped: URL | undefined): Uint8Array | undefined {
  if (shipped?.protocol === "data:") {
    const { pathname } = shipped;
    const comma = pathname.indexOf(",");
    return pathname.slice(0, comma).endsWith(";base64")
      ? Buffer.from(pathname.slice(comma + 1), "base64")
      : undefined;
  }
  const sea = process.getBuiltinModule("node:sea");
  if (sea?.isSea() !== true) return undefined;
  try {
    return new Uint8Array(sea.getAsset("ebpf.node"));
  } catch {
    return undefined;
  }
}

/** Throws when the runtime or the system denies access. */
function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
