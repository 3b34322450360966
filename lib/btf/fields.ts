import { BtfError } from "../errors/index.ts";
import { kindNumbers as kinds } from "./kinds.ts";
import { kindOf, vlenOf } from "./raw.ts";

/** The meaning of a word of a type: the offset of a name, the ID of a type, or a plain number. */
export const NAME = 0;
export const TYPE = 1;
export const NUMBER = 2;
export type Role = typeof NAME | typeof TYPE | typeof NUMBER;

const none: readonly Role[] = [];

/** By kind: the role of the third word, of the fixed words behind it, and of those of each element. */
const roles: Readonly<
  Record<number, readonly [third: Role, fixed: readonly Role[], element: readonly Role[]]>
> = {
  [kinds.int]: [NUMBER, [NUMBER], none],
  [kinds.ptr]: [TYPE, none, none],
  [kinds.array]: [NUMBER, [TYPE, TYPE, NUMBER], none],
  [kinds.struct]: [NUMBER, none, [NAME, TYPE, NUMBER]],
  [kinds.union]: [NUMBER, none, [NAME, TYPE, NUMBER]],
  [kinds.enum]: [NUMBER, none, [NAME, NUMBER]],
  [kinds.fwd]: [NUMBER, none, none],
  [kinds.typedef]: [TYPE, none, none],
  [kinds.volatile]: [TYPE, none, none],
  [kinds.const]: [TYPE, none, none],
  [kinds.restrict]: [TYPE, none, none],
  [kinds.func]: [TYPE, none, none],
  [kinds["func-proto"]]: [TYPE, none, [NAME, TYPE]],
  [kinds.var]: [TYPE, [NUMBER], none],
  [kinds.datasec]: [NUMBER, none, [TYPE, NUMBER, NUMBER]],
  [kinds.float]: [NUMBER, none, none],
  [kinds["decl-tag"]]: [TYPE, [NUMBER], none],
  [kinds["type-tag"]]: [TYPE, none, none],
  [kinds.enum64]: [NUMBER, none, [NAME, NUMBER, NUMBER]],
};

/** Calls a function with the position and the role of each word of the type at a position. */
export function visitFields(
  words: Uint32Array,
  start: number,
  visit: (at: number, role: Role) => void,
): void {
  const info = words[start + 1] as number;
  const kind = kindOf(info);
  const known = roles[kind];
  if (known === undefined) throw new BtfError(`BTF kind ${kind} is unknown`);
  const [third, fixed, element] = known;
  visit(start, NAME);
  visit(start + 1, NUMBER);
  visit(start + 2, third);
  let at = start + 3;
  for (const role of fixed) visit(at++, role);
  // The number of elements of a function is its linkage, and a forward declaration has none.
  const count = element === none ? 0 : vlenOf(info);
  for (let i = 0; i < count; i++) for (const role of element) visit(at++, role);
}
