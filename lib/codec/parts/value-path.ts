import { describeValue } from "../../arguments/describe-value.ts";
import { EncodeError } from "../../errors/index.ts";

/**
 * The path of a field within the value that is encoded. The text is made only for an error message: making a string for
 * each nested struct would cost more than encoding it.
 */
export type Path = string | PathStep;

/** A member or an element of what another path names. */
export interface PathStep {
  /** The value that contains it. */
  readonly parent: Path;
  /** The name of the member, or the index of the element. */
  readonly step: string | number;
}

/** The name of a member or the index of an element; undefined for the value at the path itself. */
export type Step = string | number | undefined;

/** The path of a member or an element. */
export function at(parent: Path, step: string | number): Path {
  return { parent, step };
}

export function pathText(path: Path): string {
  if (typeof path === "string") return path;
  const parent = pathText(path.parent);
  if (typeof path.step === "number") return `${parent}[${path.step}]`;
  return parent === "" ? path.step : `${parent}.${path.step}`;
}

/** Throws the EncodeError for a value that does not fit its C type. */
export function refuse(path: Path, step: Step, type: string, expected: string, received: string): never {
  const text = pathText(step === undefined ? path : at(path, step));
  throw new EncodeError({ path: text === "" ? "value" : text, type, expected, received });
}

/** Throws the EncodeError for a value of the wrong JavaScript type. */
export function refuseType(path: Path, step: Step, type: string, value: unknown, expected: string): never {
  refuse(path, step, type, expected, describeValue(value));
}
