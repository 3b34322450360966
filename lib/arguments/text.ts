import { type Check, invalidArgument } from "./check.ts";

/**
 * Text for a C string: without NUL, which would truncate it, and without lone surrogates, which UTF-8 cannot encode.
 */
export const checkText: Check<string> = textUpTo(Number.POSITIVE_INFINITY, "text");

/** Any string. */
export const checkString: Check<string> = (value, subject) => {
  if (typeof value === "string") return value;
  throw invalidArgument(subject, "text", value);
};

/** PATH_MAX, less the final NUL. */
export const checkPath: Check<string> = textUpTo(4095, "a path", 1);

/** The name of a function, section, map, program or the like. */
export const checkName: Check<string> = nameUpTo(4095);

/** A name of at most `bytes` bytes in UTF-8. */
export function nameUpTo(bytes: number): Check<string> {
  return textUpTo(bytes, "a name", 1);
}

/** Text of at most `most` bytes in UTF-8. */
export function textUpTo(most: number, expected = "text", least = 0): Check<string> {
  return (value, subject) => {
    if (typeof value !== "string") throw invalidArgument(subject, expected, value);
    if (value.includes("\0")) throw invalidArgument(subject, `${expected} without NUL`, value);
    if (!value.isWellFormed()) throw invalidArgument(subject, `${expected} in well-formed Unicode`, value);
    if (value.length < least)
      throw invalidArgument(subject, `${expected} of ${least} character or more`, value);
    if (value.length * 3 > most && Buffer.byteLength(value) > most)
      throw invalidArgument(subject, `${expected} of at most ${most} bytes`, value);
    return value;
  };
}
