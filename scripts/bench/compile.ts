import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { root } from "../root.ts";

/** Compiles a C program of this folder against the libbpf that the addon is built with. Answers its path. */
export function compileAgainstLibbpf(name: string): string {
  return compile(name, name, []);
}

/** The same of an addon; undefined where Node's headers are not to be found. */
export function compileAddonAgainstLibbpf(name: string): string | undefined {
  const headers = nodeHeaders();
  return headers && compile(name, `${name}.node`, ["-shared", "-fPIC", "-I", headers]);
}

// Those that came with Node, or else those that node-gyp has downloaded to build the addon.
function nodeHeaders(): string | undefined {
  return [
    path.join(path.dirname(process.execPath), "../include/node"),
    path.join(homedir(), ".cache/node-gyp", process.versions.node, "include/node"),
  ].find((folder) => existsSync(path.join(folder, "node_api.h")));
}

function compile(source: string, result: string, flags: string[]): string {
  const output = path.join(root, ".build/bench", result);
  mkdirSync(path.dirname(output), { recursive: true });
  const library = (target: string) => path.join(root, "build/Release", `${target}.a`);
  execFileSync(
    "gcc",
    [
      ...["-O2", "-Wall", ...flags, "-I", path.join(root, "native/vendor/include"), "-o", output],
      path.join(root, "scripts/bench", `${source}.c`),
      ...["bpf", "elf", "z"].map(library),
      // Without libelf's compression, for which the z library has no code.
      "-Wl,--gc-sections",
    ],
    // The libraries are thin archives, whose members are named from there.
    { cwd: path.join(root, "build/Release"), stdio: "inherit" },
  );
  return output;
}
