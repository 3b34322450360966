import { type InspectOptions, inspect } from "node:util";

/**
 * Returns the text of an object for `console.log`: a title and the fields of interest.
 *
 * @param depth - The number of levels to show, as in `util.inspect`. Below 0, only the title is shown.
 * @param fields - Called only if the fields are shown. If it throws, only the title is shown.
 */
export function inspected(
  title: string,
  depth: number | null,
  options: InspectOptions,
  fields: () => object,
): string {
  if (depth !== null && depth < 0) return `[${title}]`;
  try {
    return `${title} ${inspect(fields(), { ...options, depth })}`;
  } catch {
    return `[${title}]`;
  }
}

/** Returns a value for {@link inspected}; undefined when `value` throws, so that the field is omitted. */
export function ifKnown<T>(value: () => T): T | undefined {
  try {
    return value();
  } catch {
    return undefined;
  }
}

/** The fields that have a value. */
export function present(fields: Record<string, unknown>): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
