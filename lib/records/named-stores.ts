import { classes } from "../asm/opcodes.ts";
import type { Btf, TypeId } from "../btf/index.ts";
import type { DwarfTypes } from "../dwarf/index.ts";
import { accessSize, type Code } from "./code.ts";
import type { Frame } from "./interpreter.ts";
import type { Locals } from "./locals.ts";
import type { SendPlace } from "./sends.ts";
import type { SourceLines } from "./source-lines.ts";
import type { State } from "./state.ts";
import { pointersOf, type Thing } from "./tracked-value.ts";

/** A store into a record. */
interface Store {
  readonly place: SendPlace;
  /** The offset in bytes from the start of the record. */
  readonly offset: number;
  readonly size: number;
}

/** A store of a line of source that assigns to a member through a pointer. */
export interface NamedStore {
  /** The type that the pointer points to. */
  readonly type: TypeId;
  /** The names of the member and of the members that contain it, outermost first. */
  readonly path: readonly string[];
  /** The offset in bytes from the start of the record. */
  readonly offset: number;
  /** Bytes. */
  readonly size: number;
}

/** A line of source that assigns to a member through a pointer: `event->addr.v4 = …`. */
interface Assignment {
  readonly pointer: string;
  readonly path: readonly string[];
}

/**
 * Collects the stores into records of ring buffers. If the compiler does not describe the location of a pointer, the
 * source line of such a store still names the pointer and the member. The debug information has the type of the
 * pointer.
 */
export class NamedStores {
  readonly #code: Code;
  readonly #stores = new Map<string, Map<string, Store>>();

  constructor(code: Code) {
    this.#code = code;
  }

  /** Examines the instruction that runs next. */
  watch({ code: { section }, slot }: Frame, state: State): void {
    const instruction = this.#code.instruction(section, slot);
    if (instruction === undefined) return;
    const kind = instruction.opcode & 7;
    if (kind !== classes.st && kind !== classes.stx) return;
    const [only, second] = pointersOf(state.registers[instruction.dst]);
    if (only === undefined || second !== undefined || only.to.kind !== "record" || only.offset === undefined)
      return;
    const ofRecord = this.#stores.get(only.to.key) ?? new Map<string, Store>();
    this.#stores.set(only.to.key, ofRecord);
    const offset = only.offset + instruction.offset;
    const size = accessSize(instruction.opcode);
    ofRecord.set(`${section}:${slot}:${offset}`, { place: { section, slot }, offset, size });
  }

  /** The stores into a record whose lines of source name a pointer of known type as the destination. */
  of(record: Thing, lines: SourceLines, locals: Locals, types: DwarfTypes): NamedStore[] {
    const found: NamedStore[] = [];
    for (const { place, offset, size } of this.#stores.get(record.key)?.values() ?? []) {
      const assignment = parseAssignment(lines.at(place)?.text ?? "");
      const target = assignment && locals.targetNamed(place, assignment.pointer);
      if (assignment !== undefined && target !== undefined)
        found.push({ type: types.idOf(target), path: assignment.path, offset, size });
    }
    return found;
  }
}

/** Whether a store writes the member that its line of source names, if the pointer points to the start of the record. */
export function isMemberStore({ type, path, offset, size }: NamedStore, btf: Btf): boolean {
  const member = memberAt(btf, type, path);
  return member !== undefined && coincide(member, { start: offset, end: offset + size });
}

const ASSIGNMENT =
  /^(\w+)->(\w+)((?:\.\w+|\[[^\]=]*\])*)\s*(?:[-+*/&|^%]|<<|>>)?=(?!=)([^;]*);?\s*(?:\/[/*].*)?$/;

/** Undefined for a line that contains anything but one assignment, whose stores could belong to the rest of the line. */
function parseAssignment(text: string): Assignment | undefined {
  const [, pointer, first, rest, value] = ASSIGNMENT.exec(text) ?? [];
  if (pointer === undefined || first === undefined || /(?<![=!<>])=(?!=)/.test(value ?? "")) return undefined;
  const inner: string[] = (rest ?? "").match(/\w+|\[/g) ?? [];
  // An element can be anywhere in its array.
  const end = inner.indexOf("[");
  return { pointer, path: [first, ...(end < 0 ? inner : inner.slice(0, end))] };
}

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** The bytes of a member of a struct. Undefined if there is no such member. */
function memberAt(btf: Btf, type: TypeId, path: readonly string[]): Extent | undefined {
  let at = type;
  let start = 0;
  for (const name of path) {
    const found = memberNamed(btf, at, name, 0);
    if (found === undefined) return undefined;
    start += found.start;
    at = found.type;
  }
  return { start, end: start + btf.sizeof(at) };
}

// No program nests anonymous structs this deep. Only a cycle does.
const MAX_DEPTH = 8;

function memberNamed(
  btf: Btf,
  type: TypeId,
  name: string,
  depth: number,
): { type: TypeId; start: number } | undefined {
  const resolved = btf.resolve(type);
  if ((resolved.kind !== "struct" && resolved.kind !== "union") || depth > MAX_DEPTH) return undefined;
  for (const member of resolved.members) {
    const start = Math.floor(member.bitOffset / 8);
    if (member.name === name) return { type: member.type, start };
    const inner = member.name === "" ? memberNamed(btf, member.type, name, depth + 1) : undefined;
    if (inner !== undefined) return { type: inner.type, start: start + inner.start };
  }
  return undefined;
}

/** Whether a store writes a member, a part of it, or the member and its neighbours. */
function coincide(member: Extent, store: Extent): boolean {
  const isPart = member.start <= store.start && store.end <= member.end;
  const isWhole = store.start <= member.start && member.end <= store.end;
  return isPart || isWhole;
}
