import { BtfExt, type LineInfo } from "../btf/index.ts";
import { readBpfObject } from "../elf/index.ts";
import type { ObjectSpec } from "../spec/index.ts";
import type { LoggedInstruction } from "../verifier/verifier-log.ts";

/**
 * Where in C an instruction is from: `counter.bpf.c:14: *value += 1;`. The object's own line information knows it for
 * every instruction, the log only for some, and only newer kernels tell file and line.
 */
export function sourceLine(
  spec: ObjectSpec,
  program: string,
  instruction: LoggedInstruction,
): string | undefined {
  const { line } = instruction;
  const known = Object.values(spec.programs).find(({ name }) => name === program);
  const sections = readLines(spec);
  // Behind the program's own instructions libbpf has put the functions that it calls.
  if (known !== undefined && instruction.index < known.instructionCount) {
    const offset = 8 * (known.instructionOffset + instruction.index);
    const lines = sections.get(known.section) ?? sections.get(`?${known.section}`);
    const found = lines?.findLast((each) => each.offset <= offset);
    if (found !== undefined) return print(found);
  }
  if (line === undefined) return undefined;
  if (line.place !== undefined) return `${line.place}: ${line.text}`;
  const places = [...sections.values()].flat().filter(({ text }) => text === line.text);
  const [first] = places;
  const alike = first !== undefined && places.every((each) => print(each) === print(first));
  return alike ? print(first) : line.text;
}

function print({ file, line, text }: LineInfo): string {
  return `${file.replace(/^.*\//, "")}:${line}: ${text}`;
}

/** The line information of an object by section; empty when it has none, or none that can be read. */
function readLines({ bytes, btf }: ObjectSpec): ReadonlyMap<string, readonly LineInfo[]> {
  try {
    const data = readBpfObject(bytes).section(".BTF.ext")?.data;
    if (btf !== undefined && data !== undefined) return new BtfExt(data, btf).lines;
  } catch {
    // Broken line information must not hide the refusal.
  }
  return new Map();
}
