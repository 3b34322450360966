import type { ObjectSpec, ProgramSpec } from "../spec/index.ts";

/**
 * A copy that loads only some programs, and those that program arrays begin with: libbpf cannot load the object without
 * them. Struct_ops maps refer to programs and are left out without them.
 */
export function withOnly(spec: ObjectSpec, keep: (program: ProgramSpec) => boolean): ObjectSpec {
  const copy = spec.copy();
  const inSlots = new Set(
    Object.values(copy.maps).flatMap(({ type, slots }) =>
      type === "prog-array" ? slots.map(({ name }) => name) : [],
    ),
  );
  for (const program of Object.values(copy.programs))
    program.autoload &&= keep(program) || inSlots.has(program.name);
  return copy;
}
