import { accessSync, constants } from "node:fs";
import { AddonError } from "../errors/platform.ts";
import { isDenoDenial } from "../files/runtime-denial.ts";
import { libc, prebuiltName, type Search } from "./find-addon.ts";

const build = "Compile it: npx ebpf build-addon (needs a C++ compiler, make and Python 3)";
const guide = "npx ebpf docs packaging";

/** The remedy for musl, for which the package has no addon. */
const onMusl =
  "On Alpine that needs apk add g++ make python3 linux-headers; the sources compile for musl, but Node.js for musl was never " +
  "tried. Or use an image with glibc";

/** The processors and C libraries that the package has an addon for. */
const prebuilt = ["x64-glibc", "arm64-glibc"];

/** The error for a search that found nothing. The remedy depends on the reason. */
export function notFound({ tried, root }: Search): AddonError {
  const platform = `${process.arch}-${libc()}`;
  const subject = `the native addon for linux-${platform}`;
  const options = { files: tried };
  if (!prebuilt.includes(platform)) {
    const bundled = root === undefined ? `, where the package is installed, and copy it to ${name()}` : "";
    return new AddonError(`${subject} is not part of the package${list(tried)}`, {
      ...options,
      remedy: libc() === "musl" ? `${build}${bundled}. ${onMusl}` : `${build}${bundled}`,
    });
  }
  if (root === undefined) {
    return new AddonError(`${subject} is not in the folder of this program's bundle${list(tried)}`, {
      ...options,
      remedy:
        `Copy the folder node_modules/ebpf/prebuilds into the folder of the bundle, or exclude ebpf from the bundle ` +
        `("external" in most bundlers); see ${guide}`,
    });
  }
  return new AddonError(`${subject} is missing in ${root}${list(tried)}`, {
    ...options,
    remedy: `Install the package again. In a clone of its repository, run scripts/setup. Or ${lower(build)}`,
  });
}

/** The error when the runtime or the system denied access during the search. */
export function denied(cause: unknown): AddonError {
  // Node's permission model names the file as `resource`.
  const { code, path, resource } = cause as NodeJS.ErrnoException & { resource?: string };
  const denied = path ?? resource;
  if (isDenoDenial(cause)) {
    return new AddonError(`Deno denied the access that the native addon needs: ${messageOf(cause)}`, {
      cause,
      remedy: denoFlags,
    });
  }
  if (code === "ERR_ACCESS_DENIED") {
    return new AddonError(
      `Node's permission model denied the search for the native addon${denied ? `: ${denied}` : ""}`,
      {
        cause,
        remedy: `Pass --allow-addons, and --allow-fs-read for ${denied ? `${denied} and for ` : ""}the folder of the package`,
      },
    );
  }
  return new AddonError(`the search for the native addon failed: ${messageOf(cause)}`, {
    cause,
    ...(code === "EACCES" ? { remedy: "Give the user of this process access to the folder" } : {}),
  });
}

/** The error when a file exists, but the system or the runtime refuses to load it. */
export function refused(file: string, cause: unknown): AddonError {
  return new AddonError(
    `cannot load the native addon ${file}: ${messageOf(cause).replace(`${file}: `, "")}`,
    {
      cause,
      files: [file],
      remedy: remedyFor(file, cause),
    },
  );
}

function remedyFor(file: string, cause: unknown): string {
  const message = messageOf(cause);
  if (isDenoDenial(cause)) return denoFlags;
  if ((cause as NodeJS.ErrnoException).code === "ERR_DLOPEN_DISABLED") return "Pass --allow-addons to node";
  if (!readable(file)) return "Give the user of this process permission to read the file";
  const glibc = /version [`']GLIBC_([\d.]+)' not found/.exec(message)?.[1];
  if (glibc !== undefined) return `The file needs glibc ${glibc}, and this system has an older one. ${build}`;
  if (/libc\.musl|ld-musl|__\w+_chk: symbol not found|Error relocating|ld-linux/.test(message))
    return `The file needs glibc, and this system has musl. ${build}. ${onMusl}`;
  if (/invalid ELF header|wrong ELF class|file too short|Exec format error/.test(message))
    return `The file is damaged or for another processor than ${process.arch}. Install the package again on this machine, or ${lower(build)}`;
  if (/failed to map segment|Operation not permitted/.test(message))
    return "The file is on a file system that is mounted noexec, or a security policy forbids to map it. Install the package on another file system";
  return build;
}

const denoFlags = "Pass --allow-ffi --allow-read --allow-env to deno";

function readable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function name(): string {
  return `${prebuiltName()} in the folder of the bundle`;
}

function list(tried: readonly string[]): string {
  return tried.length === 0
    ? ""
    : `; looked for:
${tried.map((file) => `  ${file}`).join("\n")}`;
}

function lower(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
