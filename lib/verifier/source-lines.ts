import type { LoggedLine } from "./log.ts";

/** A line of C that an instruction was compiled from. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  /** The column from 1, including the white space before the text; 0 if unknown. */
  readonly column: number;
  readonly text: string;
  /** Characters of white space before the text. */
  readonly indent: number;
}

/** A function of the loaded code: the program, or a function after it. */
export interface SourceFunction {
  readonly name: string;
  /** The index of its first instruction, and of the instruction after its last. */
  readonly first: number;
  readonly end: number;
  /** The names of the functions that it calls or passes as callbacks, by instruction. */
  readonly uses: ReadonlyMap<number, string>;
  /** The names of the maps and data sections whose addresses it loads, by instruction. */
  readonly maps: ReadonlyMap<number, string>;
  /** The names of the variables of the kernel whose addresses it loads, by instruction. */
  readonly externs: ReadonlyMap<number, string>;
  readonly parameters: readonly (string | undefined)[];
}

/** The lines of C of an object. */
export interface SourceLines {
  /**
   * The line of an instruction of the program as it was loaded.
   *
   * @param logged - The last line in the log before the instruction.
   */
  place(index: number, logged: LoggedLine | undefined): SourcePlace | undefined;
  /** The functions in the order of their instructions, the program first; empty where they are not known. */
  readonly functions: readonly SourceFunction[];
  /** The lines of all calls of a helper, by its number, in the program and the functions that it may call. */
  calls(helper: number): readonly SourcePlace[];
  /** The text of a line, without the white space around it; undefined where the object does not have it. */
  text(file: string, line: number): string | undefined;
  /** The next line of the file that an instruction came from. */
  next(file: string, line: number): number | undefined;
}

/** For a log without its object: only the lines in the log. */
export const noLines: SourceLines = {
  place(_index, logged) {
    const [, file, line] = /^(.*):(\d+)$/.exec(logged?.place ?? "") ?? [];
    if (logged === undefined || file === undefined) return undefined;
    return { file, line: Number(line), column: 0, text: logged.text, indent: 0 };
  },
  functions: [],
  calls: () => [],
  text: () => undefined,
  next: () => undefined,
};
