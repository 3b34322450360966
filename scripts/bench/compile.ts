import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { root } from "../root.ts";

/** Compiles a C program of this folder against the libbpf that the addon is built with. Answers its path. */
export function compileAgainstLibbpf(name: string): string {
  const program = path.join(root, ".build/bench", name);
  mkdirSync(path.dirname(program), { recursive: true });
  const library = (target: string) => path.join(root, "build/Release", `${target}.a`);
  execFileSync(
    "gcc",
    [
      ...["-O2", "-Wall", "-I", path.join(root, "native/vendor/include"), "-o", program],
      path.join(root, "scripts/bench", `${name}.c`),
      ...["bpf", "elf", "z"].map(library),
    ],
    // The libraries are thin archives, whose members are named from there.
    { cwd: path.join(root, "build/Release"), stdio: "inherit" },
  );
  return program;
}
