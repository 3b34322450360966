// Reads and writes back every BPF object of folders, without loading one: bytes of code, text of code, BTF, whole objects.
//   node --import tsx scripts/corpus/index.ts FOLDER... [--objdump llvm-objdump-19] [--list]
// --objdump also compares our text of each instruction with that of llvm-objdump. --list names each difference.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Btf } from "../../lib/btf/index.ts";
import { ElfFile } from "../../lib/elf/index.ts";
import { EbpfError } from "../../lib/errors/index.ts";
import { ObjectSpec } from "../../lib/spec/index.ts";
import { checkBtf } from "./check-btf.ts";
import { checkCode, codeSections } from "./check-code.ts";
import { checkObject } from "./check-object.ts";
import { compareText } from "./objdump.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { objdump: { type: "string" }, list: { type: "boolean", default: false } },
});
if (positionals.length === 0) throw new Error("corpus: expected the folders of the objects");
const files = positionals.flatMap((folder) => {
  if (!existsSync(folder)) throw new Error(`corpus: no folder is at ${folder}`);
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".o"))
    .sort()
    .map((file) => path.join(folder, file));
});

const counts = { files: 0, instructions: 0, opcodes: 0, types: 0, programs: 0, refused: 0, failures: 0 };
const text = { same: 0, different: 0 };
const opcodes = new Set<number>();
const differences = new Map<string, { count: number; example: string }>();

for (const file of files) {
  const elf = new ElfFile(readFileSync(file));
  const code = codeSections(elf);
  if (code.length === 0) continue;
  counts.files++;
  for (const section of code) {
    attempt(`${file} ${section.name}`, () => {
      const instructions = checkCode(section.data, elf.littleEndian);
      counts.instructions += instructions.length;
      for (const { opcode } of instructions) opcodes.add(opcode);
    });
  }
  attempt(`${file} .BTF`, () => {
    const types = elf.section(".BTF");
    if (types !== undefined) counts.types += checkBtf(Btf.parse(types.data));
  });
  attempt(file, () => checkFile(file));
  if (values.objdump === undefined) continue;
  for (const { ours, theirs, kind } of compareText(values.objdump, file, code, elf.littleEndian)) {
    if (kind === undefined) text.same++;
    else {
      text.different++;
      const example = `${ours} | ${theirs}`;
      differences.set(kind, { count: (differences.get(kind)?.count ?? 0) + 1, example });
      if (values.list) console.log(`${path.basename(file)}: ${kind}: ${example}`);
    }
  }
}
counts.opcodes = opcodes.size;
console.log(counts, ...(values.objdump === undefined ? [] : [text, Object.fromEntries(differences)]));
process.exitCode = counts.failures > 0 ? 1 : 0;

function attempt(what: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    counts.failures++;
    console.error(`${what}: ${error instanceof Error ? error.message : error}`);
  }
}

function checkFile(file: string): void {
  let spec: ObjectSpec;
  try {
    spec = ObjectSpec.fromFile(file);
    for (const program of Object.values(spec.programs)) void program.instructions;
    // Refuses legacy maps with attributes of another loader.
    spec.toBytes();
  } catch (error) {
    // Some objects are malformed on purpose, or have jumps that lead out of their programs.
    if (!(error instanceof EbpfError)) throw error;
    counts.refused++;
    if (values.list) console.log(`${path.basename(file)}: refused: ${error.message}`);
    return;
  }
  counts.programs += checkObject(spec, (bytes) => ObjectSpec.fromBytes(bytes, { name: spec.name }));
}
