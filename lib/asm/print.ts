import { type Instruction, type Item, Label } from "./instruction.ts";
import { type Notation, printInstruction } from "./print-instruction.ts";

export interface PrintOptions {
  /** Default: `kernel`. */
  notation?: Notation | undefined;
  /** With the number of the slot and the opcode in front, as bpftool and the verifier do: `7: (95) exit`. */
  numbers?: boolean | undefined;
  /** With the lines of C, where they are known. Default: true. */
  lines?: boolean | undefined;
}

/**
 * Instructions as text that {@link parse} reads: one a line, labels and lines of C between them.
 */
export function print(items: readonly Item[], options: PrintOptions = {}): string {
  const { notation = "kernel", numbers = false, lines = true } = options;
  let text = "";
  let slot = 0;
  for (const item of items) {
    if (item instanceof Label) {
      text += `${item.name}:\n`;
      continue;
    }
    const line = lines ? item.origin?.line : undefined;
    if (line !== undefined) text += `; ${line.text} @ ${line.file.replace(/^.*\//, "")}:${line.line}\n`;
    text += `${numbers ? prefix(slot, item) : "  "}${printInstruction(item, notation)}\n`;
    slot += item.slots;
  }
  return text;
}

function prefix(slot: number, { opcode }: Instruction): string {
  return `${String(slot).padStart(4)}: (${opcode.toString(16).padStart(2, "0")}) `;
}
