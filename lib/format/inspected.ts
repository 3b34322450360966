import { type InspectOptions, inspect } from "node:util";

/**
 * Returns the text of an object for `console.log`: a title, and what is worth seeing of it.
 *
 * @param depth - Levels that are to be shown, as `util.inspect` counts them. Below 0 the title is all.
 * @param fields - Called only if they are shown. When it throws, the title is all.
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

/** A value for {@link inspected}; undefined when it cannot be had, so that the field is left out. */
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
