import { checkText } from "../arguments/index.ts";
import { AsmError } from "../errors/index.ts";
import type { HasFd } from "./fields.ts";
import { helperNumber } from "./helpers.ts";
import { Instruction, type Item, Label } from "./instruction.ts";
import { parseInstruction } from "./parse-instruction.ts";
import type { Notation } from "./print-instruction.ts";

/** Options of {@link parse}. */
export interface ParseOptions {
  /**
   * The notation of the text. The kernel writes a 64-bit immediate as `r1 = 0x5` and a move as `r1 = 5`. LLVM writes
   * `r1 = 0x5 ll` and `r1 = 0x5`. Default: `kernel`.
   */
  notation?: Notation | undefined;
  /** Live maps for `map[NAME]`, by name. Default: the names stay, for an object. */
  maps?: Readonly<Record<string, HasFd>> | undefined;
}

// The prefix of an instruction: `12: (95)` of the kernel, `12:	95 00 00 00 00 00 00 00	` of llvm-objdump.
const prefix = /^\d{1,10}:\s*(?:\([0-9a-f]{2}\)\s*|(?:[0-9a-f]{2} ){7,15}[0-9a-f]{2}\s+)?/;

/**
 * Parses instructions from text, one per line, as {@link print}, the verifier's log, bpftool and llvm-objdump write
 * them. Lines that begin with `;`, `#` or `//` are comments. So is the rest of a line after a `;`.
 *
 * @throws {@link AsmError} when a line is not an instruction. The message quotes the line.
 *
 * @example
 * ```ts
 * const program = Program.create({ type: "xdp", instructions: asm.parse("r0 = 2\nexit") });
 * ```
 */
export function parse(text: string, options: ParseOptions = {}): Item[] {
  const { notation = "kernel", maps = {} } = options;
  const items: Item[] = [];
  const labels = new Set<string>();
  const helpers = new Map<string, number>();
  for (const [index, raw] of checkText(text, "text of asm.parse").split("\n").entries()) {
    const line = strip(raw);
    if (line === "") continue;
    const label = /^(?:[0-9a-f]{16} <)?([\w.$]+)>?:$/.exec(line);
    if (label !== null) {
      items.push(new Label(label[1] as string));
      labels.add(label[1] as string);
      continue;
    }
    const called = /^call (\w+)$/.exec(line)?.[1];
    if (called !== undefined && helperNumber(called) !== undefined) helpers.set(called, index + 1);
    const instruction = parseInstruction(line, notation);
    if (!(instruction instanceof Instruction)) {
      const shown = line.length > 80 ? `${line.slice(0, 80)}…` : line;
      throw new AsmError(
        `line ${index + 1}: ${instruction ?? "not an instruction"}: ${JSON.stringify(shown)}`,
      );
    }
    items.push(withLiveMap(instruction, maps));
  }
  for (const [name, line] of helpers) {
    if (labels.has(name))
      throw new AsmError(`line ${line}: \`call ${name}\`: a helper and a label have this name`, {
        remedy: `Write \`call subprog[${name}]\` for the function, \`call ${name}#${helperNumber(name)}\` for the helper`,
      });
  }
  return items;
}

function withLiveMap(instruction: Instruction, maps: Readonly<Record<string, HasFd>>): Instruction {
  const { target } = instruction;
  if (target?.kind !== "map" || typeof target.map !== "string" || !Object.hasOwn(maps, target.map))
    return instruction;
  return instruction.with({ target: { kind: "map", map: maps[target.map] as HasFd } });
}

function strip(raw: string): string {
  const start = raw.trimStart();
  if (start.startsWith(";") || start.startsWith("#") || start.startsWith("//")) return "";
  const comment = start.indexOf(";");
  const line = (comment === -1 ? start : start.slice(0, comment)).trim();
  return line.replace(prefix, "");
}
