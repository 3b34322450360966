import { checkBytes } from "./bytes.ts";
import { type Check, invalidArgument } from "./check.ts";

export const checkBoolean: Check<boolean> = (value, subject) => {
  if (typeof value === "boolean") return value;
  throw invalidArgument(subject, "true or false", value);
};

// biome-ignore lint/suspicious/noExplicitAny: a function of any signature.
export const checkFunction: Check<(...values: any[]) => any> = (value, subject) => {
  if (typeof value === "function") return value as () => unknown;
  throw invalidArgument(subject, "a function", value);
};

export const checkSignal: Check<AbortSignal> = (value, subject) => {
  if (value instanceof AbortSignal) return value;
  throw invalidArgument(subject, "an AbortSignal", value);
};

/** Any object, an array too. */
export const checkObject: Check<object> = (value, subject) => {
  if (typeof value === "object" && value !== null) return value;
  throw invalidArgument(subject, "an object", value);
};

/** An instance of a class; `expected` names it: `a Map`. */
export function instanceOf<T>(Class: abstract new (...values: never[]) => T, expected: string): Check<T> {
  return (value, subject) => {
    if (value instanceof Class) return value;
    throw invalidArgument(subject, expected, value);
  };
}

/** Anything that `for … of` takes, except text. */
export function iterable<T>(value: Iterable<T>, subject: string): Iterable<T> {
  if (typeof value === "object" && value !== null && Symbol.iterator in value) {
    if (ArrayBuffer.isView(value)) checkBytes(value, subject);
    return value;
  }
  throw invalidArgument(subject, "an array or another iterable", value);
}

/** Accepts anything, for arguments that are checked elsewhere. */
export const unchecked: Check<never> = (value) => value as never;

/** An array (not a typed array) whose elements all pass the check. The subject of an element is `symbols[3] of …`. */
export function arrayOf<T>(check: Check<T>): Check<T[]> {
  return (value, subject) => {
    if (!Array.isArray(value)) throw invalidArgument(subject, "an array", value);
    const [, name = subject, rest = ""] = /^(\S+)( of .*)$/s.exec(subject) ?? [];
    return Array.from(value, (element, index) => check(element, `${name}[${index}]${rest}`));
  };
}
