import { checkItem, checkItems } from "./check.ts";
import { type Instruction, type Item, Label } from "./instruction.ts";
import { type Notation, printInstruction } from "./print-instruction.ts";

/** Options of {@link print}. */
export interface PrintOptions {
  /** The notation. Default: `kernel`. */
  notation?: Notation | undefined;
  /** Print the slot and the opcode before each instruction, as bpftool and the verifier do: `7: (95) exit`. Default: false. */
  numbers?: boolean | undefined;
  /** Print the lines of C where they are known. Default: true. */
  lines?: boolean | undefined;
}

/** Prints instructions as text that {@link parse} reads: one per line, with labels and lines of C between them. */
export function print(items: readonly Item[], options: PrintOptions = {}): string {
  const { notation = "kernel", numbers = false, lines = true } = options;
  let text = "";
  let slot = 0;
  for (const item of checkItems(items, "items of asm.print")) {
    if (item instanceof Label) {
      text += `${item.name}:\n`;
      continue;
    }
    checkItem(item);
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
