import { ElfFile } from "../elf/index.ts";
import type { ObjectSpec } from "../spec/index.ts";
import type { LoggedInstruction } from "./verifier-log.ts";

interface Line {
  /** Bytes from the start of the section. */
  offset: number;
  file: string;
  line: number;
  text: string;
}

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
    const found = sections.get(known.section)?.findLast((each) => each.offset <= offset);
    if (found !== undefined) return print(found);
  }
  if (line === undefined) return undefined;
  if (line.place !== undefined) return `${line.place}: ${line.text}`;
  const places = [...sections.values()].flat().filter(({ text }) => text === line.text);
  const [first] = places;
  const alike = first !== undefined && places.every((each) => print(each) === print(first));
  return alike ? print(first) : line.text;
}

function print({ file, line, text }: Line): string {
  return `${file.replace(/^.*\//, "")}:${line}: ${text}`;
}

/** The line information in .BTF.ext by section. */
function readLines({ bytes, btf, littleEndian }: ObjectSpec): globalThis.Map<string, Line[]> {
  const lines = new globalThis.Map<string, Line[]>();
  const data = new ElfFile(bytes).section(".BTF.ext")?.data;
  if (btf === undefined || data === undefined) return lines;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const u32 = (at: number) => view.getUint32(at, littleEndian);
  // struct btf_ext_header
  const start = u32(4) + u32(16);
  const end = start + u32(20);
  const recordSize = u32(start);
  for (let at = start + 4; at < end; ) {
    const count = u32(at + 4);
    const records = Array.from({ length: count }, (_, i) => {
      const record = at + 8 + i * recordSize;
      return {
        offset: u32(record),
        file: btf.string(u32(record + 4)),
        line: u32(record + 12) >>> 10,
        text: btf.string(u32(record + 8)).trim(),
      };
    });
    lines.set(btf.string(u32(at)).replace(/^\?/, ""), records);
    at += 8 + count * recordSize;
  }
  return lines;
}
