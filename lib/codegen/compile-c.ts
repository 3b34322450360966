import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative, resolve } from "node:path";
import { arrayOf, checkPath, checkText, optional, optionsOf } from "../arguments/index.ts";
import { CompileError } from "../errors/index.ts";
import { packageRoot } from "../files/package-root.ts";
import { compileRemedy } from "./compile-remedy.ts";
import { checkTarget, hostHeaders, type Target, thisMachine } from "./targets.ts";

/** Options of {@link compile}. */
export interface CompileOptions {
  /** The command to run. Default: `clang`, or the newest `clang-N` in the PATH. */
  cc?: string | undefined;
  /** The CPU or byte order, as a name or from {@link targetOf}. Default: `bpf`, those of this machine. */
  target?: string | Target | undefined;
  /** Additional flags for the C compiler. */
  cflags?: readonly string[] | undefined;
}

const checkOptions = optionsOf<CompileOptions & { target?: Target | undefined }>({
  cc: optional(checkPath),
  target: optional(checkTarget),
  cflags: optional(arrayOf(checkText)),
});

/** What {@link compile} returns. */
export interface Compiled {
  /** The BPF object, with BTF and debug information. */
  object: Uint8Array;
  /** All input files with the names that clang reports. */
  inputs: string[];
}

/**
 * Compiles one BPF source with clang, which prints its messages to stderr. This package contains libbpf's headers
 * (`bpf/bpf_helpers.h`, …).
 *
 * @param source - The path of the C file.
 * @throws {@link InvalidArgumentError} for an unknown target. {@link CompileError} when clang is missing or rejects the
 * source.
 */
export function compile(source: string, options: CompileOptions = {}): Compiled {
  const { cc, target = thisMachine, cflags = [] } = checkOptions(options, "compile");
  checkPath(source, "source of compile");
  const command = cc ?? findClang();
  if (command === undefined) {
    throw new CompileError("clang is not installed", {
      source,
      remedy: "Install clang, or pass its name with --cc. A compiled .o file does not need clang",
    });
  }
  const root = packageRoot();
  if (root === undefined) {
    throw new CompileError("the headers of ebpf are not part of a bundle", {
      source,
      remedy: "Exclude ebpf from the bundle",
    });
  }
  const all = flags(root, target, cflags);
  const folder = mkdtempSync(join(tmpdir(), "bpf2ts-"));
  try {
    const object = join(folder, "object.o");
    const rule = join(folder, "object.d");
    const result = spawnSync(command, [...all, "-MD", "-MF", rule, "-c", source, "-o", object], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (result.error !== undefined) {
      throw new CompileError(`cannot run ${command}`, { source, cause: result.error });
    }
    if (result.status !== 0) {
      const how =
        result.status === null ? `was ended by ${result.signal}` : `failed with status ${result.status}`;
      throw new CompileError(`${command} ${how}`, {
        source,
        remedy: compileRemedy(command, source, all),
      });
    }
    return { object: readFileSync(object), inputs: inputsOf(readFileSync(rule, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function flags(root: string, target: Target, cflags: readonly string[]): string[] {
  const own = join(root, "native/vendor/include");
  return [
    ...["-target", target.clang, "-g", "-O2"],
    // The first folder, so that it also wraps a bpf_tracing.h in the folders of the user.
    ...(target.cpu === undefined
      ? ["-I", join(root, "native/bpf-include/no-cpu")]
      : [`-D__TARGET_ARCH_${target.cpu}`]),
    // Makes the source names of the line information independent of the path of the current folder. clang reads the
    // lines by these names, so sources in other folders have no text.
    ...["-fdebug-compilation-dir=.", `-fdebug-prefix-map=${process.cwd()}=.`],
    ...(relative("", own).startsWith("..") ? [`-fdebug-prefix-map=${own}=ebpf`] : []),
    ...cflags,
    ...["-I", own, "-I", join(root, "native/bpf-include")],
    ...cLibraryFlags(target),
  ];
}

/**
 * The headers of the C library. On Debian, headers that depend on the CPU (`<asm/types.h>`, `<gnu/stubs.h>`) are in a
 * separate folder that clang does not search for target bpf. They need the macro of their CPU. If the headers of the
 * target are not installed, the headers of this machine are used: they are equivalent for BPF.
 */
function cLibraryFlags({ headers }: Target): string[] {
  for (const candidate of [headers, hostHeaders]) {
    if (candidate === undefined) continue;
    const { triplet, macros } = candidate;
    const folder = [`/usr/include/${triplet}`, `/usr/${triplet}/include`].find((path) => existsSync(path));
    if (folder !== undefined) return [...defined(macros), "-idirafter", folder];
  }
  // Other distributions have a single folder, which clang searches.
  return defined(hostHeaders?.macros ?? []);
}

function defined(macros: readonly string[]): string[] {
  return macros.map((macro) => `-D${macro}`);
}

/** Returns `clang` if it is in the PATH, otherwise the newest `clang-N`. */
function findClang(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["clang", ...Array.from({ length: 30 }, (_, i) => `clang-${40 - i}`)];
  return names.find((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/** The dependencies of a makefile rule of clang. */
function inputsOf(rule: string): string[] {
  const list = rule.replaceAll("\\\n", " ").replace(/^[^:]*:/, "");
  return [...list.matchAll(/(?:\\.|[^\s\\])+/g)].map(([path]) => resolve(path.replaceAll(/\\(.)/g, "$1")));
}
