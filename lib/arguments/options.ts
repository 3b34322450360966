import { type Check, invalidArgument } from "./check.ts";
import { inWords, meant } from "./word.ts";

/** A check for each option. */
export type Schema<T> = { readonly [Name in keyof T]-?: Check<T[Name]> };

/**
 * Returns a checked copy of an object of options. Each option is read once. Refuses an option that the schema does not
 * have. Undefined means no options.
 *
 * `subject` names the function or class that accepts the options. A message about one option begins with `mode of
 * link.xdp`.
 */
export function optionsOf<T extends object>(schema: Schema<T>): Check<T> {
  const names = Object.keys(schema) as (keyof T & string)[];
  return (value, subject) => {
    const given = value === undefined ? {} : objectOf(value, subject);
    for (const name of Object.keys(given)) {
      if (!Object.hasOwn(schema, name))
        throw invalidArgument(`option of ${subject}`, inWords(names), name, meant(name, names));
    }
    const options: Partial<T> = {};
    for (const name of names) {
      const option = schema[name](given[name], `${name} of ${subject}`);
      if (option !== undefined) options[name] = option;
    }
    return options as T;
  };
}

function objectOf(value: unknown, subject: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value))
    return value as Record<string, unknown>;
  throw invalidArgument(`options of ${subject}`, "an object", value);
}
