import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ElfFile } from "../../lib/elf/index.ts";

const root = join(import.meta.dirname, "../..");

/** Compiles test/bpf/dwarf/locals.c with flags of its own. Returns the object, and what llvm-dwarfdump prints of it. */
export function compileLocals(...flags: string[]): { elf: ElfFile; bytes: Uint8Array; dump: string } {
  const folder = mkdtempSync(join(tmpdir(), "ebpf-dwarf-"));
  try {
    const object = join(folder, "locals.o");
    const triplet = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`;
    execFileSync("clang-19", [
      ...["-target", "bpf", "-O2", "-g", ...flags],
      ...["-I", join(root, "native/vendor/include"), "-idirafter", `/usr/include/${triplet}`],
      ...["-c", join(root, "test/bpf/dwarf/locals.c"), "-o", object],
    ]);
    const bytes = readFileSync(object);
    const dump = execFileSync("llvm-dwarfdump-19", ["--debug-info", object], { encoding: "utf8" });
    return { elf: new ElfFile(bytes), bytes, dump };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
