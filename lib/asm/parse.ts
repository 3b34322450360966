import { AsmError } from "../errors/index.ts";
import { Instruction, type Item, Label } from "./instruction.ts";
import { parseInstruction } from "./parse-instruction.ts";
import type { Notation } from "./print-instruction.ts";

export interface ParseOptions {
  /**
   * Whose text it is. They differ in one thing: `r1 = 0x5` is a 64-bit immediate for the kernel, which writes others as
   * decimal numbers, and a move for LLVM, which writes `ll` behind the former. Default: `kernel`.
   */
  notation?: Notation | undefined;
}

// What stands in front of an instruction: `12: (95)` of the kernel, `12:	95 00 00 00 00 00 00 00	` of llvm-objdump.
const prefix = /^\d{1,10}:\s*(?:\([0-9a-f]{2}\)\s*|(?:[0-9a-f]{2} ){7,15}[0-9a-f]{2}\s+)?/;

/**
 * Reads instructions from text: what {@link print}, the verifier's log, bpftool and llvm-objdump write, one a line.
 * Lines that begin with `;`, `#` or `//` are left out, as is what follows a `;` in a line.
 *
 * @throws AsmError when a line is no instruction; it says which.
 */
export function parse(text: string, options: ParseOptions = {}): Item[] {
  const { notation = "kernel" } = options;
  const items: Item[] = [];
  for (const [index, raw] of text.split("\n").entries()) {
    const line = strip(raw);
    if (line === "") continue;
    const label = /^(?:[0-9a-f]{16} <)?([\w.$]+)>?:$/.exec(line);
    if (label !== null) {
      items.push(new Label(label[1] as string));
      continue;
    }
    const instruction = parseInstruction(line, notation);
    if (!(instruction instanceof Instruction)) {
      const shown = line.length > 80 ? `${line.slice(0, 80)}…` : line;
      throw new AsmError(
        `line ${index + 1}: ${instruction ?? "not an instruction"}: ${JSON.stringify(shown)}`,
      );
    }
    items.push(instruction);
  }
  return items;
}

function strip(raw: string): string {
  const start = raw.trimStart();
  if (start.startsWith(";") || start.startsWith("#") || start.startsWith("//")) return "";
  const comment = start.indexOf(";");
  const line = (comment === -1 ? start : start.slice(0, comment)).trim();
  return line.replace(prefix, "");
}
