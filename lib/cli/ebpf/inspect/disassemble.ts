import * as asm from "../../../asm/index.ts";
import type { ObjectSpec, ProgramSpec } from "../../../spec/index.ts";
import type { Style } from "../../terminal/index.ts";

/** The instructions of programs as text, with the lines of C in front of them. */
export function disassemble(programs: readonly ProgramSpec[], style: Style): string {
  return programs
    .map(({ name, section, instructions }) => {
      const text = asm.print(instructions, { numbers: true });
      const painted = text.replace(/^;.*$/gm, (line) => style.green(line));
      return `${style.bold(`${name}: SEC("${section}")`)}\n${painted}`;
    })
    .join("\n");
}

/**
 * The programs to disassemble.
 *
 * @param names - All of the object if it is empty.
 * @throws UnknownNameError for a program that the object does not have.
 */
export function programsNamed(spec: ObjectSpec, names: readonly string[]): ProgramSpec[] {
  return names.length === 0
    ? Object.values(spec.programs)
    : names.map((name) => spec.programs[name] as ProgramSpec);
}
