import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ElfFile } from "../../lib/elf/index.ts";

const root = join(import.meta.dirname, "../..");

/**
 * Compiles a C file below test/bpf with flags of its own, and leaves DWARF in it, which the objects of the build lack.
 * Returns the object, and what llvm-dwarfdump prints of it.
 */
export function compileUnstripped(
  source: string,
  ...flags: string[]
): { elf: ElfFile; bytes: Uint8Array; dump: string } {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-dwarf-"));
  try {
    const object = join(folder, "object.o");
    const triplet = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
    execFileSync("clang-19", [
      ...["-target", "bpf", "-O2", "-g", ...flags],
      ...[
        "-I",
        join(root, "native/vendor/include"),
        "-I",
        join(root, "native/bpf-include"),
        "-idirafter",
        `/usr/include/${triplet}`,
      ],
      ...["-c", join(root, "test/bpf", source), "-o", object],
    ]);
    const bytes = readFileSync(object);
    const dump = execFileSync("llvm-dwarfdump-19", ["--debug-info", object], { encoding: "utf8" });
    return { elf: new ElfFile(bytes), bytes, dump };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
