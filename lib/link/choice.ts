import { InvalidArgumentError } from "../errors.ts";

/**
 * What an option stands for that is one of several names. TypeScript holds callers to these; JavaScript does not.
 *
 * @throws InvalidArgumentError for any other name.
 */
export function choice<T>(choices: Readonly<Record<string, T>>, name: string, what: string): T {
  if (Object.hasOwn(choices, name)) return choices[name] as T;
  throw new InvalidArgumentError(
    `no ${what} is called "${name}"`,
    `There are ${Object.keys(choices).join(", ")}`,
  );
}

/**
 * @throws InvalidArgumentError unless a list that goes with places has one element for each.
 */
export function oneForEach(places: number, list: { length: number } | undefined, what: string): void {
  if (list !== undefined && list.length !== places)
    throw new InvalidArgumentError(`there are ${list.length} ${what}, not ${places}: one for each place`);
}
