import { EncodeError } from "../errors/index.ts";
import { nearestNames } from "../errors/nearest-names.ts";
import type { Codec } from "./codec.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * The error of a value that lacks a field, after a search for a misspelt one: if the object around the field has keys that
 * the type does not have, the error names them. Returns every other error unchanged.
 *
 * The codec is asked for the names only after a failure, because comparing them in each store would cost more than the store.
 *
 * @param codec - The codec whose `write` threw.
 * @param value - The value that it was given.
 */
export function namingUnknownField(error: unknown, codec: Codec<unknown, never>, value: unknown): unknown {
  if (!(error instanceof EncodeError) || (error.received !== "undefined" && error.received !== "none"))
    return error;
  const steps = error.path.match(/[^.[\]]+/g) ?? [];
  // A union that has no member is the value around it; otherwise the last step is the missing field.
  const missing = error.received === "none" ? undefined : steps.at(-1);
  const parents = missing === undefined ? steps : steps.slice(0, -1);
  const sample = sampleOf(codec);
  // The path begins with the name of the type, if it has one.
  const place = placeOf(value, sample, parents.slice(1)) ?? placeOf(value, sample, parents);
  if (place === undefined) return error;
  const parentPath = missing === undefined ? error.path : error.path.slice(0, -missing.length - 1);
  return unknownField(place.given, place.known, parentPath, missing) ?? error;
}

/**
 * The error for an object whose keys are not all in `known`; undefined when they are.
 *
 * @param path - The path of the object.
 * @param missing - A field that it lacks.
 */
export function unknownField(
  given: Fields,
  known: Fields,
  path: string,
  missing?: string,
): EncodeError | undefined {
  const unknown = Object.keys(given).filter(
    (name) => given[name] !== undefined && !Object.hasOwn(known, name),
  );
  const [first] = unknown;
  if (first === undefined) return undefined;
  const absent = Object.keys(known).filter((name) => given[name] === undefined);
  const nearest = nearestNames(first, absent)[0] ?? missing;
  return new EncodeError({
    path: path === "" ? "value" : path,
    type: "field",
    expected: nearest === undefined ? `fields named ${absent.join(", ")}` : `the field "${nearest}"`,
    received: unknown.map((name) => `"${name}"`).join(", "),
  });
}

/** A value of the type, which has the names of all fields. */
function sampleOf(codec: Codec<unknown, never>): unknown {
  // Room for one element of a flexible array.
  const size = codec.size + 1024;
  try {
    return codec.read(new DataView(new ArrayBuffer(size)), 0, size);
  } catch {
    // A codec of the user that refuses zeros.
    return undefined;
  }
}

function placeOf(
  value: unknown,
  sample: unknown,
  steps: readonly string[],
): { given: Fields; known: Fields } | undefined {
  let [given, known] = [value, sample];
  for (const step of steps) {
    if (!isObject(given) || !isObject(known)) return undefined;
    given = given[step];
    // All elements of an array have the same fields.
    known = Array.isArray(known) ? known[0] : known[step];
  }
  return isObject(given) && isObject(known) && !Array.isArray(known) ? { given, known } : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null;
}
