import { fieldsOf, type Layout } from "./layout.ts";

// An array of the engine has up to 2^27 elements, and a 64-bit number is an object of 24 bytes.
const MAX_VALUES = 1 << 24;
// A string has up to 2^29 - 24 characters.
const MAX_CHARS = 1 << 28;

const counted = new WeakMap<Layout, number>();

/** Why a value of the layout cannot become a JavaScript value; undefined if it can. */
export function limitProblem(layout: Layout): string | undefined {
  if (layout.kind === "chars" && layout.size > MAX_CHARS)
    return `${layout.name} is a text of ${layout.size} bytes: expected up to ${MAX_CHARS}`;
  if (valuesIn(layout) > MAX_VALUES)
    return `${layout.name} has ${valuesIn(layout)} values: expected up to ${MAX_VALUES}`;
  return undefined;
}

/** The number of JavaScript values in a value of the layout. */
function valuesIn(layout: Layout): number {
  if (layout.kind === "array") return layout.length * valuesIn(layout.element);
  if (layout.kind !== "record") return 1;
  let values = counted.get(layout);
  if (values === undefined) {
    values = 1;
    for (const field of fieldsOf(layout.members)) values += valuesIn(field.layout);
    counted.set(layout, values);
  }
  return values;
}
