import { arrayOf, type Check, invalidArgument, wordOf } from "../arguments/index.ts";
import {
  type AttachType,
  attachTypeName,
  attachTypeNumber,
  type ProgramType,
  programTypeName,
  programTypeNumber,
} from "../hooks/index.ts";
import { type MapFlag, type MapType, mapFlags, mapTypeName, mapTypeNumber } from "./map-types.ts";

export const checkMapType: Check<MapType> = kernelName(mapTypeNumber, mapTypeName, "a type of map");
export const checkMapFlags: Check<MapFlag[]> = arrayOf(wordOf(Object.keys(mapFlags) as MapFlag[]));
export const checkProgramType: Check<ProgramType> = kernelName(
  programTypeNumber,
  programTypeName,
  "a type of program",
);
export const checkAttachType: Check<AttachType> = kernelName(
  attachTypeNumber,
  attachTypeName,
  "an attach type",
);

/** A name that stands for a number of the kernel, those of numbers newer than this package included. */
function kernelName<Name extends string>(
  toNumber: (name: Name) => number,
  toName: (number: number) => Name,
  expected: string,
): Check<Name> {
  return (value, subject) => {
    const number = typeof value === "string" ? toNumber(value as Name) : -1;
    if (number >= 0 && toName(number) === value) return value as Name;
    throw invalidArgument(subject, expected, value);
  };
}
