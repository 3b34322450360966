import { nearestNames } from "../errors/nearest-names.ts";
import { type Check, invalidArgument } from "./check.ts";

/** One of several words. */
export function wordOf<Word extends string>(words: readonly Word[]): Check<Word> {
  return (value, subject) => {
    if (words.includes(value as Word)) return value as Word;
    throw invalidArgument(subject, inWords(words), value, meant(value, words));
  };
}

/** Accepts a key of `choices` and returns its value. */
export function choiceOf<T>(choices: Readonly<Record<string, T>>): Check<T> {
  const check = wordOf(Object.keys(choices));
  return (value, subject) => choices[check(value, subject)] as T;
}

/** `a, b or c`. */
export function inWords(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** Returns a remedy with the closest known word. */
export function meant(value: unknown, words: readonly string[]): string | undefined {
  if (typeof value !== "string" || value.length > 100) return undefined;
  const [nearest] = nearestNames(value, words);
  return nearest === undefined ? undefined : `Did you mean "${nearest}"?`;
}
