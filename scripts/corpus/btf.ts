// Writes and reads back the BTF of kernels and modules: as BTF, by us and by bpftool, and as C through a compiler.
//   node --import tsx scripts/corpus/btf.ts FOLDER... [--clang clang-19]
// A folder has what a kernel has in /sys/kernel/btf: vmlinux, and modules that extend it.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { Btf, BtfBuilder } from "../../lib/btf/index.ts";
import { dumpByBpftool } from "../../test/btf/bpftool.ts";
import { checkBtf } from "./check-btf.ts";
import { checkHeader } from "./check-header.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { clang: { type: "string", default: "clang-19" } },
});
if (positionals.length === 0) throw new Error("corpus/btf: expected folders such as /sys/kernel/btf");

for (const folder of positionals) {
  const baseFile = path.join(folder, "vmlinux");
  const base = Btf.parse(readFileSync(baseFile));
  const modules = readdirSync(folder).filter((file) => file !== "vmlinux");
  check(baseFile, base, undefined);
  for (const name of modules) {
    const file = path.join(folder, name);
    check(file, Btf.parse(readFileSync(file), { base }), baseFile);
  }
}

function check(file: string, btf: Btf, baseFile: string | undefined): void {
  try {
    const types = checkBtf(btf);
    const bytes = BtfBuilder.from(btf).encode();
    const sameBytes = Buffer.compare(bytes, readFileSync(file)) === 0;
    if (!sameBytes) sameDump(file, bytes, baseFile);
    const structs = checkHeader(btf, values.clang);
    console.log(
      `${file}: ${types} types, ${sameBytes ? "the same bytes" : "the same by bpftool"}, ${structs} structs`,
    );
  } catch (error) {
    process.exitCode = 1;
    console.error(`${file}: ${error instanceof Error ? error.message.slice(0, 2000) : error}`);
  }
}

/** bpftool reads the same types from the bytes as from the file. */
function sameDump(file: string, bytes: Uint8Array, baseFile: string | undefined): void {
  const folder = mkdtempSync(path.join(tmpdir(), "btf-"));
  try {
    const written = path.join(folder, "btf");
    writeFileSync(written, bytes);
    if (!isDeepStrictEqual(dumpByBpftool(written, baseFile), dumpByBpftool(file, baseFile)))
      throw new Error("bpftool reads other types");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
