import type { ObjectSpec } from "../spec/index.ts";

/** An object as plain data, for other programs to read. */
export function describeObject(spec: ObjectSpec): unknown {
  return { name: spec.name };
}
