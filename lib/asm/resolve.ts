import { AsmError } from "../errors/index.ts";
import { checkItem, checkItems } from "./check.ts";
import { Instruction, type Item, Label } from "./instruction.ts";
import { distanceOf, withDistance } from "./labels.ts";
import { calls, isConditional, jump, opcodes, REGISTER } from "./opcodes.ts";

const FARTHEST = 0x7fff;

/** Instructions with every label resolved to a distance. */
export interface Resolved {
  /** The instructions without labels. */
  readonly instructions: readonly Instruction[];
  /** The slot of each label. */
  readonly labels: ReadonlyMap<string, number>;
  /** The number of slots of eight bytes. */
  readonly slots: number;
}

/**
 * Replaces references to labels with distances. A jump that is too far for 16 bits becomes a long jump, which needs
 * version 4 of the instruction set (Linux 6.6).
 *
 * @throws {@link AsmError} when a label is missing or defined twice, or when a long jump would change the distance of
 * a jump that is given as a number.
 */
export function resolve(items: readonly Item[]): Resolved {
  checkItems(items, "items");
  const slots = countPlain(items);
  if (slots !== undefined) return { instructions: items as readonly Instruction[], labels: new Map(), slots };
  // The items that become long jumps. Each pass finds the jumps that the previous pass has pushed too far.
  const far = new Set<Item>();
  for (;;) {
    const placed = place(items, far);
    if (findFar(items, placed.labels, far)) continue;
    if (far.size > 0) checkNumeric(items);
    return { instructions: write(items, placed.labels, far), ...placed };
  }
}

/** The number of slots of instructions without labels. Undefined when an item is a label or refers to one. */
function countPlain(items: readonly Item[]): number | undefined {
  let slots = items.length;
  for (const item of items) {
    if (item instanceof Label) return undefined;
    checkItem(item);
    if (item.target !== undefined && item.target.kind === "label") return undefined;
    if (item.opcode === opcodes.loadImm64) slots++;
  }
  return slots;
}

function place(
  items: readonly Item[],
  far: ReadonlySet<Item>,
): { labels: Map<string, number>; slots: number } {
  const labels = new Map<string, number>();
  let slot = 0;
  for (const item of items) {
    if (item instanceof Label) {
      if (labels.has(item.name)) throw new AsmError(`label "${item.name}" is defined twice`);
      labels.set(item.name, slot);
    } else {
      checkItem(item);
      slot += far.has(item) ? longSlots(item) : item.slots;
    }
  }
  return { labels, slots: slot };
}

/** Adds the jumps that are too far for 16 bits to `far`. Returns whether there are new ones. */
function findFar(items: readonly Item[], labels: ReadonlyMap<string, number>, far: Set<Item>): boolean {
  const before = far.size;
  let slot = 0;
  for (const item of items) {
    if (item instanceof Label) continue;
    const { target } = item;
    if (target?.kind === "label" && !far.has(item) && isShort(item)) {
      const distance = placeOf(target.name, labels, item) - slot - 1;
      if (distance > FARTHEST || distance < -FARTHEST - 1) far.add(item);
    }
    slot += far.has(item) ? longSlots(item) : item.slots;
  }
  return far.size > before;
}

function isShort({ opcode }: Instruction): boolean {
  return opcode === opcodes.jump || isConditional(opcode);
}

function placeOf(name: string, labels: ReadonlyMap<string, number>, item: Instruction): number {
  const place = labels.get(name);
  if (place === undefined) throw new AsmError(`\`${item}\`: no label is called "${name}"`);
  return place;
}

// The distance of such a jump counts slots, so added slots would change its target.
function checkNumeric(items: readonly Item[]): void {
  for (const item of items) {
    if (item instanceof Label || item.target !== undefined || distanceOf(item) === undefined) continue;
    throw new AsmError(`\`${item}\`: its distance would change, because other jumps become long`, {
      remedy: "Give it a label",
    });
  }
}

/** The number of slots of a jump, including the `gotol` and the condition or detour before it. */
function longSlots(item: Instruction): number {
  if (item.opcode === opcodes.jump) return 1;
  return opposite(item.opcode) === undefined ? 3 : 2;
}

const opposites: Readonly<Record<number, number>> = {
  [jump.jeq]: jump.jne,
  [jump.jne]: jump.jeq,
  [jump.jgt]: jump.jle,
  [jump.jle]: jump.jgt,
  [jump.jge]: jump.jlt,
  [jump.jlt]: jump.jge,
  [jump.jsgt]: jump.jsle,
  [jump.jsle]: jump.jsgt,
  [jump.jsge]: jump.jslt,
  [jump.jslt]: jump.jsge,
};

function opposite(opcode: number): number | undefined {
  const operation = opposites[opcode & 0xf0];
  return operation === undefined ? undefined : operation | (opcode & (REGISTER | 7));
}

function write(
  items: readonly Item[],
  labels: ReadonlyMap<string, number>,
  far: ReadonlySet<Item>,
): Instruction[] {
  const written: Instruction[] = [];
  let slot = 0;
  for (const item of items) {
    if (item instanceof Label) continue;
    const { target, opcode } = item;
    if (target?.kind !== "label") {
      written.push(item);
      slot += item.slots;
      continue;
    }
    const to = placeOf(target.name, labels, item);
    if (!far.has(item)) {
      written.push(reach(item, to - slot - 1));
      slot += item.slots;
      continue;
    }
    const slots = longSlots(item);
    const long = (from: number) => new Instruction(opcodes.jumpLong, 0, 0, 0, to - from - 1);
    if (slots === 1) written.push(long(slot).with({ origin: item.origin }));
    else if (slots === 2) {
      written.push(
        item.with({ opcode: opposite(opcode) as number, offset: 1, target: undefined }),
        long(slot + 1),
      );
    } else {
      const around = new Instruction(opcodes.jump, 0, 0, 1, 0);
      written.push(item.with({ offset: 1, target: undefined }), around, long(slot + 2));
    }
    slot += slots;
  }
  return written;
}

function reach(item: Instruction, distance: number): Instruction {
  if (distanceOf(item) === undefined && item.opcode !== opcodes.call) {
    throw new AsmError(`\`${item}\` does not accept a label`);
  }
  const resolved = item.target === undefined ? item : item.with({ target: undefined });
  if (item.opcode === opcodes.call) return resolved.with({ imm: distance, src: calls.local });
  return withDistance(resolved, distance);
}
