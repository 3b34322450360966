import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, relative, resolve } from "node:path";
import { CompileError } from "../errors.ts";
import { packageRoot } from "../package-root.ts";
import { type Target, targetOf } from "./targets.ts";

export interface CompileOptions {
  /** The command to run; undefined to look for clang. */
  cc: string | undefined;
  target: Target;
  cflags: readonly string[];
}

export interface Compiled {
  object: Uint8Array;
  /** Every file that went into it, as clang names them. */
  inputs: string[];
}

/**
 * Compiles one BPF source with clang. libbpf's headers (`bpf/bpf_helpers.h`, …) need not be installed: they are in this
 * package.
 *
 * @throws CompileError when there is no clang, or with what it said.
 */
export function compile(source: string, options: CompileOptions): Compiled {
  const command = options.cc ?? findClang();
  if (command === undefined) {
    throw new CompileError(source, "there is no clang", {
      remedy: "Install clang, or name it with --cc; a prebuilt .o needs none",
    });
  }
  const folder = mkdtempSync(join(tmpdir(), "bpf2ts-"));
  try {
    const object = join(folder, "object.o");
    const rule = join(folder, "object.d");
    const result = spawnSync(command, [...flags(options), "-MD", "-MF", rule, "-c", source, "-o", object], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (result.error !== undefined) {
      throw new CompileError(source, `cannot run ${command}`, { cause: result.error });
    }
    if (result.status !== 0) {
      const how =
        result.status === null ? `was ended by ${result.signal}` : `failed with status ${result.status}`;
      throw new CompileError(source, `${command} ${how}`);
    }
    return { object: readFileSync(object), inputs: inputsOf(readFileSync(rule, "utf8")) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function flags({ target, cflags }: CompileOptions): string[] {
  const own = join(packageRoot(), "native/vendor/include");
  // Those of this machine do, where the target's are not installed: for BPF they say the same.
  const triplets = [target.triplet, targetOf("bpf")?.triplet];
  const perCpu = triplets.map((triplet) => `/usr/include/${triplet}`).find((folder) => existsSync(folder));
  return [
    ...["-target", target.clang, "-g", "-O2"],
    ...(target.cpu === undefined ? [] : [`-D__TARGET_ARCH_${target.cpu}`]),
    // The object's line information names its sources: the same wherever the folder that this is run in lies. clang
    // reads the lines by these names, so that what lies elsewhere has none.
    ...["-fdebug-compilation-dir=.", `-fdebug-prefix-map=${process.cwd()}=.`],
    ...(relative("", own).startsWith("..") ? [`-fdebug-prefix-map=${own}=ebpf`] : []),
    ...cflags,
    ...["-I", own],
    // Debian has <asm/types.h> per CPU, in a folder that clang does not look into for the target bpf.
    ...(perCpu === undefined ? [] : ["-idirafter", perCpu]),
  ];
}

/** `clang`, or else the newest `clang-N` in the PATH. */
function findClang(): string | undefined {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const names = ["clang", ...Array.from({ length: 30 }, (_, i) => `clang-${40 - i}`)];
  return names.find((name) => folders.some((folder) => existsSync(join(folder, name))));
}

/** The files that a makefile rule, as clang writes it, names after its colon. */
function inputsOf(rule: string): string[] {
  const list = rule.replaceAll("\\\n", " ").replace(/^[^:]*:/, "");
  return [...list.matchAll(/(?:\\.|[^\s\\])+/g)].map(([path]) => resolve(path.replaceAll(/\\(.)/g, "$1")));
}
