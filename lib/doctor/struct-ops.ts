import type { MapSpec, ObjectSpec, ProgramSpec } from "../spec/index.ts";
import { no, type Verdict } from "./verdict.ts";

/**
 * The verdict of loading a struct_ops program that follows from its maps: libbpf loads it only for a map that is created.
 * Undefined if a map with the program as a member can be created, and for programs of other types.
 */
export function structOpsVerdict(
  { maps }: ObjectSpec,
  { type, name }: ProgramSpec,
  refused: ReadonlySet<string>,
): Verdict | undefined {
  if (type !== "struct-ops") return undefined;
  const having = Object.values(maps).filter((map) => membersOf(map).includes(name));
  if (having.length === 0)
    return no(
      'No map in SEC(".struct_ops") has it as a member: add it to a map, or set its autoload to false',
    );
  const wanted = having.filter(({ autocreate }) => autocreate);
  if (wanted.length === 0) return { answer: "off" };
  return wanted.every((map) => refused.has(map.name))
    ? no(`map "${wanted[0]?.name}" cannot be created`)
    : undefined;
}

function membersOf(map: MapSpec): unknown[] {
  return map.structOps === undefined ? [] : Object.values(map.members);
}
