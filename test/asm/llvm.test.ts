// kernels: native
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { asm } from "../../lib/index.ts";
import { Random } from "../support/random.ts";
import { requires } from "../support/requires.ts";
import { makers } from "./random-instruction.ts";
import { codeSections } from "./sections.ts";

const objdump = "/usr/bin/llvm-objdump-19";
const mc = "/usr/bin/llvm-mc-19";

// LLVM 19 does not have it.
const GOTOX = 0x0d;

// LLVM prints the name of the nearest symbol behind a jump, and what it cannot read as `<unknown>`.
const bare = (line: string): string => line.replace(/ <\S*>$/, "");

/** The text of each instruction by llvm-objdump: of each section of each object, under `path section`. */
function disassemble(paths: readonly string[]): Map<string, string[]> {
  const args = ["--mcpu=v4", "--no-show-raw-insn", "-d", ...paths];
  const sections = new Map<string, string[]>();
  let path = "";
  let lines: string[] = [];
  for (const line of execFileSync(objdump, args, { encoding: "utf8", maxBuffer: 1 << 26 }).split("\n")) {
    path = /^(.*):\tfile format/.exec(line)?.[1] ?? path;
    const section = /^Disassembly of section (.*):$/.exec(line)?.[1];
    if (section !== undefined) {
      lines = [];
      sections.set(`${path} ${section}`, lines);
    }
    const text = /^\s*[0-9a-f]+:\s+(.*)$/.exec(line)?.[1];
    if (text !== undefined) lines.push(bare(text));
  }
  return sections;
}

test("every program of every object is printed as by llvm-objdump", (context) => {
  requires(context, existsSync(objdump), `${objdump} is not installed`);
  const sections = codeSections();
  // In one call it reads all files in the byte order of the first.
  const pathsOf = (order: boolean) =>
    sections.filter(({ littleEndian }) => littleEndian === order).map(({ path }) => path);
  const theirs = new Map([true, false].flatMap((order) => [...disassemble([...new Set(pathsOf(order))])]));
  for (const { path, section, data, littleEndian, name } of sections) {
    const instructions = asm.decode(data, { littleEndian });
    const ours = instructions.map((instruction) =>
      instruction.opcode === GOTOX ? "<unknown>" : asm.printInstruction(instruction, "llvm"),
    );
    expect(ours, name).toEqual(theirs.get(`${path} ${section}`));
  }
});

// What LLVM has no text for: 19 knows neither acquire and release nor jumps by register, prints calls of kernel
// functions as calls of helpers, leaves out the offset of a packet load by index, and needs a label for a long 0.
function isUnknownToLlvm({ opcode, src, imm }: asm.Instruction): boolean {
  const isAtomic = (opcode & 0xe7) === 0xc3;
  const isAcquire = isAtomic && (imm === 0x100 || imm === 0x110);
  const isIndexed = (opcode & 0xe7) === 0x40 && imm !== 0;
  const isKfunc = opcode === 0x85 && src === 2;
  const isPseudo = opcode === 0x18 && src !== 0;
  return isAcquire || isIndexed || isKfunc || isPseudo || opcode === GOTOX;
}

test.for([
  ["bpfel", true],
  ["bpfeb", false],
] as const)(
  "random instructions of every form read as llvm-mc prints them: %s",
  ([triple, littleEndian], context) => {
    requires(context, existsSync(mc), `${mc} is not installed`);
    const random = new Random(5);
    const instructions = makers
      .flatMap((make) => Array.from({ length: 30 }, () => make(random)))
      .filter((instruction) => !isUnknownToLlvm(instruction));
    expect(instructions.length).toBeGreaterThan(3000);
    const bytes = asm.encode(instructions, { littleEndian });
    const input = Array.from(bytes, (byte) => `0x${byte.toString(16)}`).join(" ");
    const theirs = execFileSync(mc, ["--disassemble", `--triple=${triple}`, "--mcpu=v4", "--print-imm-hex"], {
      input,
      encoding: "utf8",
      stdio: "pipe",
      maxBuffer: 1 << 26,
    })
      .split("\n")
      .filter((line) => line.trim() !== "" && line.trim() !== ".text")
      .map((line) => line.trim());
    expect(instructions.map((instruction) => asm.printInstruction(instruction, "llvm"))).toEqual(theirs);
  },
);
