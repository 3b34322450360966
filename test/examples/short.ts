import { join } from "node:path";
import { type Expected, untilLine } from "../support/until-line.ts";

const folder = join(import.meta.dirname, "../../.build/examples/short");

/** The compiled program of an example in bpf-examples/short. */
export function shortProgram(name: string): string {
  return join(folder, name, `${name}.js`);
}

/** Runs an example until it has printed a line that matches. */
export function lineOf(name: string, expected: Expected): Promise<RegExpExecArray> {
  return untilLine(shortProgram(name), expected);
}
