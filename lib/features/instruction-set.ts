import { checkName } from "../arguments/index.ts";
import { exit, type Item, jaLong, jlt, mov, movsx, r0, r1, w0 } from "../asm/index.ts";
import { UnknownNameError } from "../errors/index.ts";
import { tryLoad } from "./load.ts";
import { question } from "./question.ts";

/** The levels of clang's `-mcpu`, each with its first Linux and an instruction that it adds. */
const levels = {
  v1: { since: "3.18", instructions: [mov(r0, 0), exit()] },
  v2: { since: "4.14", instructions: [mov(r0, 0), jlt(r0, 1, 0), exit()] },
  v3: { since: "5.1", instructions: [mov(r0, 0), jlt(w0, 1, 0), exit()] },
  v4: { since: "6.6", instructions: [mov(r1, 0), movsx(r0, r1, 8), jaLong(0), exit()] },
} as const satisfies Record<string, { since: string; instructions: readonly Item[] }>;

/** A level of the instruction set, as in `clang -mcpu=v3`. */
export type InstructionSet = keyof typeof levels;

/** The levels of the instruction set in order. */
export const instructionSets = Object.keys(levels) as InstructionSet[];

/** The first Linux that runs programs of a level. */
export function instructionSetSince(level: InstructionSet): string {
  return row(level).since;
}

/**
 * Whether this kernel loads programs that clang compiled for a level of the instruction set.
 *
 * @throws {@link UnknownNameError} when no level has that name.
 * @throws {@link PermissionError}, {@link SystemError} as `programType` does.
 */
export function instructionSet(level: InstructionSet): boolean {
  const { instructions } = row(level);
  return question(`instruction set ${level}`, ["bpf"], () => {
    const { status, log } = tryLoad({ type: "socket-filter", instructions });
    return status === 0 ? 1 : log === "" ? status : 0;
  });
}

function row(level: InstructionSet): (typeof levels)[InstructionSet] {
  checkName(level, "instruction set");
  if (!Object.hasOwn(levels, level))
    throw new UnknownNameError({ what: "instruction set", wanted: level, known: instructionSets });
  return levels[level];
}
