import { EncodeError } from "../../errors.ts";

/**
 * Where in a value one is while storing it. The text is put together only when it is needed, for an error: a string
 * per nested struct would cost more than storing it.
 */
export type Path = string | PathStep;

interface PathStep {
  readonly parent: Path;
  readonly step: string | number;
}

/** The member of a record, or the element of an array; undefined for the value that the path itself leads to. */
export type Step = string | number | undefined;

export function at(parent: Path, step: string | number): Path {
  return { parent, step };
}

export function pathText(path: Path): string {
  if (typeof path === "string") return path;
  const parent = pathText(path.parent);
  if (typeof path.step === "number") return `${parent}[${path.step}]`;
  return parent === "" ? path.step : `${parent}.${path.step}`;
}

/** Throws the EncodeError of a value that does not fit. */
export function refuse(path: Path, step: Step, type: string, problem: string): never {
  const text = pathText(step === undefined ? path : at(path, step));
  throw new EncodeError(text === "" ? "a value" : text, type, problem);
}

/** Throws the EncodeError of a value that is of another type than `due`, or missing. */
export function refuseType(path: Path, step: Step, type: string, value: unknown, due: string): never {
  const problem = value === undefined ? "it is missing" : `it is ${describeValue(value)}, not ${due}`;
  refuse(path, step, type, problem);
}

function describeValue(value: unknown): string {
  switch (typeof value) {
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
    case "object":
      if (value === null) return "null";
      if (Array.isArray(value)) return "an array";
      if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
      return "an object";
    default:
      return `a ${typeof value}`;
  }
}
