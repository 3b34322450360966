import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import path from "node:path";
import { root } from "../root.ts";
import { architectures } from "./architectures.ts";
import { filesBelow, hashFiles, programIdentity, sha256 } from "./files.ts";
import { run } from "./process.ts";
import type { Step } from "./step.ts";
import { vendor } from "./vendor.ts";

// One compiler for all our BPF programs: 14, the default of Debian 12, compiles an arena silently into
// plain .data and does not know -mcpu=v4.
const clang = "clang-19";
const strip = "llvm-strip-19";

const usualFolder = path.join(".build", "bpf");

/** Where the object of a BPF source is put. */
export function objectOf(source: string, folder = usualFolder): string {
  return path.join(folder, source.replace(/\.c$/, ".o"));
}

/** Where that of an example is kept with its DWARF, which has the types of local variables, for bpf2ts to read. */
export function debugObjectOf(source: string): string {
  return objectOf(source, path.join(".build", "bpf-debug"));
}

function isExample(source: string): boolean {
  return source.startsWith("bpf-examples");
}

const folders = ["bpf-examples", "scripts/bench", "test/bpf"];

function sources(): string[] {
  return folders.flatMap((folder) => filesBelow(folder, ".bpf.c"));
}

/** BPF objects of the examples, benchmarks and tests: .build/bpf/ and the path of the source. */
export const bpf: Step = bpfFor(process.arch, usualFolder, "bpf");

/** The same for a processor, in a folder. */
export function bpfFor(processor: string, output: string, name: string): Step {
  return {
    name,
    needs: [vendor],
    inputs: () => [
      "scripts/build/architectures.ts",
      "scripts/build/bpf.ts",
      ...folders.flatMap((folder) => filesBelow(folder, ".c", ".h")),
    ],
    identity: () => `${processor} ${programIdentity(clang)} ${programIdentity(strip)}`,
    outputs: () => [
      ...sources().map((source) => objectOf(source, output)),
      ...(output === usualFolder ? sources().filter(isExample).map(debugObjectOf) : []),
    ],
    async run() {
      const waiting = sources();
      const failures: string[] = [];
      const worker = async (): Promise<void> => {
        for (let source = waiting.shift(); source; source = waiting.shift()) {
          const object = objectOf(source, output);
          const debug = output === usualFolder && isExample(source) ? debugObjectOf(source) : undefined;
          await compile(source, object, processor, debug).catch((error: Error) =>
            failures.push(error.message),
          );
        }
      };
      await Promise.all(Array.from({ length: availableParallelism() }, worker));
      removeOrphans(output);
      if (failures.length > 0) throw new Error(failures.join("\n"));
    },
  };
}

async function compile(source: string, object: string, processor: string, debug?: string): Promise<void> {
  const stamp = `${object}.stamp`;
  const flags = flagsFor(source, processor);
  const made = [object, ...(debug === undefined ? [] : [debug])];
  if (made.every((file) => existsSync(path.join(root, file))) && stampIsCurrent(stamp, flags)) return;
  const partial = `${object}.partial`;
  const dependencies = `${object}.d`;
  mkdirSync(path.dirname(path.join(root, object)), { recursive: true });
  await run(clang, [...flags, "-MD", "-MF", dependencies, "-c", source, "-o", partial]);
  // BTF and line information stay; DWARF, ten times their size, goes.
  await run(strip, ["-g", partial, "-o", object]);
  if (debug !== undefined) {
    mkdirSync(path.dirname(path.join(root, debug)), { recursive: true });
    copyFileSync(path.join(root, partial), path.join(root, debug));
  }
  const inputs = dependenciesIn(dependencies);
  writeFileSync(path.join(root, stamp), JSON.stringify({ inputs, key: keyOf(flags, inputs) }));
  for (const file of [partial, dependencies]) rmSync(path.join(root, file));
}

function flagsFor(source: string, processor: string): string[] {
  const architecture = architectures.find(({ node }) => node === processor);
  if (!architecture) throw new Error(`no BPF objects are built for ${processor} yet`);
  // A program that needs more says so in its first line: "// clang: -mcpu=v4".
  const first = readFileSync(path.join(root, source), "utf8").split("\n", 1)[0] as string;
  const own = /^\/[/*] ?clang: (.+?)(?: ?\*\/)?$/.exec(first)?.[1]?.split(/\s+/) ?? [];
  return [
    ...["-target", "bpf", "-g", "-O2", "-mcpu=v3", "-Wall", "-Werror"],
    // Line information names the source: make it the same in every checkout.
    "-fdebug-compilation-dir=.",
    `-D__TARGET_ARCH_${architecture.kernel}`,
    ...["-I", "native/vendor/include", "-I", "native/bpf-include"],
    // <asm/types.h> is per architecture on Debian, and clang knows no folder of it for the target bpf. The second one
    // comes with a cross compiler.
    ...["-idirafter", `/usr/include/${architecture.triplet}`],
    ...["-idirafter", `/usr/${architecture.triplet}/include`],
    ...own,
  ];
}

function stampIsCurrent(stamp: string, flags: readonly string[]): boolean {
  if (!existsSync(path.join(root, stamp))) return false;
  const { inputs, key } = JSON.parse(readFileSync(path.join(root, stamp), "utf8")) as {
    inputs: string[];
    key: string;
  };
  return key === keyOf(flags, inputs);
}

function keyOf(flags: readonly string[], inputs: readonly string[]): string {
  const tools = `${programIdentity(clang)} ${programIdentity(strip)} ${flags.join(" ")}`;
  return hashFiles(sha256().update(tools), inputs).digest("hex");
}

/** The files a makefile rule written by clang -MD names. */
function dependenciesIn(file: string): string[] {
  const rule = readFileSync(path.join(root, file), "utf8").replaceAll("\\\n", " ");
  return rule
    .slice(rule.indexOf(":") + 1)
    .trim()
    .split(/\s+/);
}

/** A test that opens every object must not meet one whose source is gone. */
function removeOrphans(output: string): void {
  const kept = new Set(sources().map((source) => objectOf(source, output)));
  for (const file of filesBelow(output, ".o", ".o.stamp")) {
    if (!kept.has(file.replace(/\.stamp$/, ""))) rmSync(path.join(root, file));
  }
}
