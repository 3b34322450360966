import { InvalidArgumentError } from "../errors/value.ts";
import { describeValue } from "./describe-value.ts";

/**
 * Checks an argument and returns it, converted if necessary.
 *
 * @param subject - Names the argument in messages: `maxEntries of map "hash"`.
 * @throws {@link InvalidArgumentError} `<subject>: expected …, received …`.
 */
export type Check<T> = (value: unknown, subject: string) => T;

/** Returns the error for an invalid argument. Every message about an argument has this form. */
export function invalidArgument(
  subject: string,
  expected: string,
  received: unknown,
  remedy?: string,
): InvalidArgumentError {
  return new InvalidArgumentError(`${subject}: expected ${expected}, received ${describeValue(received)}`, {
    remedy,
  });
}

/** Also accepts undefined. */
export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, subject) => (value === undefined ? undefined : check(value, subject));
}
