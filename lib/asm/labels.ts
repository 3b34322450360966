import { AsmError } from "../errors/index.ts";
import { checkItem, checkItems } from "./check.ts";
import { type Instruction, type Item, Label } from "./instruction.ts";
import { calls, isConditional, opcodes, pseudo } from "./opcodes.ts";

/** The generated name of the label at a slot: `L12` for slot 12. */
export const labelName = (slot: number): string => `L${slot}`;

/**
 * The distance in slots from the next slot to the target of an instruction. Undefined for an instruction without a
 * distance.
 */
export function distanceOf(instruction: Instruction): number | undefined {
  const { opcode, src } = instruction;
  if (opcode === opcodes.jump || isConditional(opcode)) return instruction.offset;
  if (opcode === opcodes.jumpLong) return instruction.imm;
  if (opcode === opcodes.call) return src === calls.local ? instruction.imm : undefined;
  // The kernel counts from the slot after the first half.
  if (opcode === opcodes.loadImm64) return src === pseudo.func ? instruction.imm : undefined;
  return undefined;
}

/** Returns the instruction with another distance. */
export function withDistance(instruction: Instruction, distance: number): Instruction {
  const usesOffset = instruction.opcode === opcodes.jump || isConditional(instruction.opcode);
  return usesOffset ? instruction.with({ offset: distance }) : instruction.with({ imm: distance });
}

/**
 * Adds labels at the targets of jumps, calls and function addresses, so that instructions can be added and removed
 * between them.
 *
 * @param names - Labels for given slots, for example functions.
 * @throws {@link AsmError} when a jump leads outside the instructions, or into the middle of a 64-bit immediate.
 */
export function withLabels(
  instructions: readonly Instruction[],
  names: ReadonlyMap<number, Label> = new Map(),
): Item[] {
  const starts = new Set<number>();
  let slots = 0;
  for (const instruction of checkItems(instructions, "instructions of asm.withLabels")) {
    checkItem(instruction);
    starts.add(slots);
    slots += instruction.slots;
  }
  const labels = new Map(names);
  const taken = new Set(Array.from(names.values(), ({ name }) => name));
  const targets = new Map<number, number>();
  let slot = 0;
  for (const [index, instruction] of instructions.entries()) {
    const distance = instruction.target === undefined ? distanceOf(instruction) : undefined;
    if (distance !== undefined) {
      const place = slot + 1 + distance;
      if (!starts.has(place)) {
        const problem =
          place > 0 && place < slots ? "the middle of a 64-bit immediate" : `slot ${place} of ${slots}`;
        throw new AsmError(`instruction at slot ${slot}: \`${instruction}\` leads to ${problem}`);
      }
      targets.set(index, place);
      if (!labels.has(place)) {
        let name = labelName(place);
        while (taken.has(name)) name += "_";
        taken.add(name);
        labels.set(place, new Label(name));
      }
    }
    slot += instruction.slots;
  }
  const items: Item[] = [];
  slot = 0;
  for (const [index, instruction] of instructions.entries()) {
    const label = labels.get(slot);
    if (label !== undefined) items.push(label);
    const place = targets.get(index);
    const name = place === undefined ? undefined : labels.get(place)?.name;
    const target = name === undefined ? undefined : ({ kind: "label", name } as const);
    items.push(target === undefined ? instruction : withDistance(instruction, 0).with({ target }));
    slot += instruction.slots;
  }
  return items;
}
