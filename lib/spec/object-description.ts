import { checksum } from "../memory/checksum.ts";
import type { LoadPlan } from "./load-plan.ts";

/** The form of descriptions in generated loaders. Loaders of another version have another number. */
const VERSION = 1;

/**
 * The description of an object in a generated loader. Loading uses it instead of parsing the object, after comparing
 * the checksum.
 */
export interface ObjectDescription extends LoadPlan {
  /** The version of the description. */
  readonly version: number;
  /** The checksum of the object. */
  readonly checksum: number;
}

/** The description of an object; undefined if it must be read to load it. */
export function describeForLoading({
  bytes,
  plan,
}: {
  bytes: Uint8Array;
  plan: LoadPlan | undefined;
}): ObjectDescription | undefined {
  return plan && { version: VERSION, checksum: checksum(bytes), ...plan };
}

/** Whether this version of the package reads a description. */
export function isReadable(description: object | undefined): description is ObjectDescription {
  return (description as Partial<ObjectDescription> | undefined)?.version === VERSION;
}
