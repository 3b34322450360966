import { operations } from "./constants.ts";
import { DwarfCursor } from "./cursor.ts";

/** The frame pointer of BPF (R10), which is read-only. The stack is below it. */
export const FRAME_POINTER = 10;

/** The location of a variable in BPF code. DWARF uses the register numbers of BPF. */
export type DwarfLocation =
  /** The value of the variable is the value of the register plus `offset`. */
  | { readonly kind: "value"; readonly register: number; readonly offset: number }
  /** The variable is in memory at the address in the register plus `offset`. */
  | { readonly kind: "memory"; readonly register: number; readonly offset: number };

/**
 * Reads a location expression.
 *
 * For the frame of a BPF function, clang emits offsets from the lowest byte that the function uses, although the base
 * register points to the end of the frame. These offsets are not negative.
 *
 * @param frameBase - The base expression of DW_OP_fbreg.
 * @returns The location, or undefined for other kinds of expressions. For a variable that is partly in memory, the
 * location of the part in memory.
 */
export function placeOf(
  expression: Uint8Array,
  littleEndian: boolean,
  frameBase: Uint8Array | undefined,
): DwarfLocation | undefined {
  const cursor = new DwarfCursor("expression", expression, littleEndian);
  let found: DwarfLocation | undefined;
  let current: DwarfLocation | undefined;
  let pieceStart = 0;
  while (cursor.at < cursor.end) {
    const operation = cursor.u8();
    if (operation === operations.piece) {
      const size = cursor.uleb();
      if (current?.kind === "memory") {
        const place: DwarfLocation = { ...current, offset: current.offset - pieceStart };
        if (found !== undefined && (found.register !== place.register || found.offset !== place.offset))
          return undefined;
        found = place;
      }
      pieceStart += size;
      current = undefined;
    } else if (operation === operations.stackValue) {
      if (current !== undefined) current = { ...current, kind: "value" };
    } else if (operation === operations.plusUconst) {
      if (current?.kind !== "memory") return undefined;
      current = { ...current, offset: current.offset + cursor.uleb() };
    } else if (operation >= operations.lit0 && operation <= operations.lit31) {
      current = undefined;
    } else if (operation === operations.consts) {
      cursor.sleb();
    } else if (operation === operations.constu) {
      cursor.uleb();
    } else {
      if (current !== undefined) return undefined;
      current = base(operation, cursor, littleEndian, frameBase);
      if (current === undefined) return undefined;
    }
  }
  return pieceStart > 0 ? found : current;
}

/** Reads the first operation of an expression: a register, or a memory location relative to a register. */
function base(
  operation: number,
  cursor: DwarfCursor,
  littleEndian: boolean,
  frameBase: Uint8Array | undefined,
): DwarfLocation | undefined {
  if (operation >= operations.reg0 && operation <= operations.reg31)
    return { kind: "value", register: operation - operations.reg0, offset: 0 };
  if (operation === operations.regx) return { kind: "value", register: cursor.uleb(), offset: 0 };
  if (operation >= operations.breg0 && operation <= operations.breg31)
    return { kind: "memory", register: operation - operations.breg0, offset: cursor.sleb() };
  if (operation === operations.bregx)
    return { kind: "memory", register: cursor.uleb(), offset: cursor.sleb() };
  if (operation !== operations.fbreg) return undefined;
  const frame = frameBase && placeOf(frameBase, littleEndian, undefined);
  return frame && { kind: "memory", register: frame.register, offset: frame.offset + cursor.sleb() };
}
