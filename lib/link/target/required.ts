import { InvalidArgumentError } from "../../errors.ts";

/**
 * An option that has no default, and is a name. TypeScript holds callers to it; JavaScript does not.
 *
 * @param what - For messages: `the interface`.
 * @throws InvalidArgumentError when it is missing, or no text.
 */
export function requiredName(name: unknown, what: string): string {
  if (typeof name === "string") return name;
  throw new InvalidArgumentError(`${what} is ${isMissing(name) ? "missing" : `no name, but ${typeof name}`}`);
}

/**
 * An option that has no default, and is an object.
 *
 * @throws InvalidArgumentError when it is missing, or no object.
 */
export function requiredObject<T extends object>(object: T | undefined, what: string): T {
  if (typeof object === "object" && object !== null) return object;
  throw new InvalidArgumentError(`${what} is ${isMissing(object) ? "missing" : `a ${typeof object}`}`);
}

function isMissing(value: unknown): boolean {
  return value === undefined || value === null;
}
