import { arrayOf, checkString, invalidArgument, iterable, numberIn } from "../arguments/index.ts";

/** A stack, and how often it was seen or how long it took. */
export interface CountedStack {
  /** The names of the functions, the outermost first. */
  readonly frames: readonly string[];
  /** Samples, or a time in one unit. */
  readonly count: number;
}

/**
 * Stacks as text in the folded format, which flame graph tools read: one line per distinct stack, with its functions
 * separated by semicolons, a space, and the sum of its counts. The lines are sorted by name.
 *
 * Semicolons and line breaks in names are replaced with colons and spaces.
 *
 * @example
 * ```ts
 * process.stdout.write(foldStacks([{ frames: ["read", "main"], count: 3 }]));
 * ```
 */
export function foldStacks(stacks: Iterable<CountedStack>): string {
  const sums = new Map<string, number>();
  for (const { frames, count } of checkedStacks(stacks, "foldStacks")) {
    const line = frames.map((name) => name.replaceAll(";", ":").replaceAll(/[\r\n]+/g, " ")).join(";");
    sums.set(line, (sums.get(line) ?? 0) + count);
  }
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([line, sum]) => `${line} ${sum}\n`)
    .join("");
}

const checkFrames = arrayOf(checkString);
const checkCount = numberIn(0, Number.MAX_VALUE, "samples or time");

/** The stacks that a function received, each checked when it is used. */
export function* checkedStacks(stacks: Iterable<CountedStack>, of: string): Iterable<CountedStack> {
  let index = 0;
  for (const stack of iterable(stacks, `stacks of ${of}`)) {
    const subject = `stacks[${index++}] of ${of}`;
    if (typeof stack !== "object" || stack === null) throw invalidArgument(subject, "a stack", stack);
    checkFrames(stack.frames, `frames of ${subject}`);
    checkCount(stack.count, `count of ${subject}`);
    yield stack;
  }
}
