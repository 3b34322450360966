import { operations } from "./constants.ts";
import { Cursor } from "./cursor.ts";

/** The frame pointer of BPF, read-only: the stack lies below it. */
export const FRAME_POINTER = 10;

/** Where a variable is, as far as BPF code has it: DWARF numbers the registers as BPF does. */
export type Place =
  /** The variable's value is that of the register, and `offset` more. */
  | { readonly kind: "value"; readonly register: number; readonly offset: number }
  /** The variable is in memory, at the address that the register holds, and `offset` more. */
  | { readonly kind: "memory"; readonly register: number; readonly offset: number };

/**
 * Reads a location expression.
 *
 * clang counts places in the frame of a BPF function from the lowest byte that the function uses, although the register
 * that it names points to the end of the frame: such offsets are not negative.
 *
 * @param frameBase - The expression that DW_OP_fbreg counts from.
 * @returns undefined for what is computed in any other way. Of a variable that is partly in memory and partly known or
 * in registers, it is the place in memory.
 */
export function placeOf(
  expression: Uint8Array,
  littleEndian: boolean,
  frameBase: Uint8Array | undefined,
): Place | undefined {
  const cursor = new Cursor("expression", expression, littleEndian);
  let found: Place | undefined;
  let current: Place | undefined;
  let pieceStart = 0;
  while (cursor.at < cursor.end) {
    const operation = cursor.u8();
    if (operation === operations.piece) {
      const size = cursor.uleb();
      if (current?.kind === "memory") {
        const place: Place = { ...current, offset: current.offset - pieceStart };
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

/** Reads what an expression begins with: a register, or a place that a register points to. */
function base(
  operation: number,
  cursor: Cursor,
  littleEndian: boolean,
  frameBase: Uint8Array | undefined,
): Place | undefined {
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
