import { execFileSync } from "node:child_process";
import { printInstruction } from "../../lib/asm/index.ts";
import type { ElfSection } from "../../lib/elf/index.ts";
import { asm } from "../../lib/index.ts";

/** One instruction as both print it. */
export interface Comparison {
  readonly ours: string;
  readonly theirs: string;
  /** Why the texts differ. Undefined when they do not. */
  readonly kind: string | undefined;
}

/** Compares our text of the code of an object with that of llvm-objdump, line by line. */
export function* compareText(
  objdump: string,
  file: string,
  sections: readonly ElfSection[],
  littleEndian: boolean,
): Generator<Comparison> {
  const theirs = disassemble(objdump, file);
  for (const { name, data } of sections) {
    const lines = theirs.get(name) ?? [];
    const instructions = asm.decode(data, { littleEndian });
    if (lines.length !== instructions.length) {
      yield { ours: `${instructions.length} lines`, theirs: `${lines.length} lines`, kind: "other length" };
      continue;
    }
    for (const [i, instruction] of instructions.entries()) {
      const ours = printInstruction(instruction, "llvm");
      const line = lines[i] as string;
      yield { ours, theirs: line, kind: ours === line ? undefined : kindOf(instruction, ours) };
    }
  }
}

function kindOf({ dst, src, opcode }: asm.Instruction, ours: string): string {
  if (dst > 10 || src > 10) return "a register from r11 to r15";
  if (/load_acquire|store_release|^gotox/.test(ours)) return "an instruction that LLVM 19 does not have";
  if (/skb\[/.test(ours)) return "a packet load by register with a constant, which llvm-objdump leaves out";
  if (opcode === 0x18) return "a reference to a map by descriptor";
  if (/\{.*\}$/.test(ours)) return "a field that should be 0";
  return ours.startsWith("BUG_") ? "no instruction" : "other";
}

function disassemble(objdump: string, file: string): Map<string, string[]> {
  const options = ["--mcpu=v4", "--no-show-raw-insn", "-d", file];
  const output = execFileSync(objdump, options, {
    encoding: "utf8",
    maxBuffer: 1 << 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const sections = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of output.split("\n")) {
    const section = /^Disassembly of section (.*):$/.exec(line)?.[1];
    if (section !== undefined) {
      lines = [];
      sections.set(section, lines);
    }
    const text = /^\s*[0-9a-f]+:\s+(.*)$/.exec(line)?.[1];
    if (text !== undefined) lines.push(text.replace(/ <\S*>$/, ""));
  }
  return sections;
}
