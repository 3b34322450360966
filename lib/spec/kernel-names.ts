import { arrayOf, type Check, invalidArgument, wordOf } from "../arguments/index.ts";
import { type AttachType, findAttachType, findProgramType, type ProgramType } from "../hooks/index.ts";
import { findMapType, type MapFlag, type MapType, mapFlags } from "./map-types.ts";

export const checkMapType: Check<MapType> = kernelName(findMapType, "a map type");
export const checkMapFlags: Check<MapFlag[]> = arrayOf(wordOf(Object.keys(mapFlags) as MapFlag[]));
export const checkProgramType: Check<ProgramType> = kernelName(findProgramType, "a program type");
export const checkAttachType: Check<AttachType> = kernelName(findAttachType, "an attach type");

/** Checks a name for a number of the kernel, including numbers that are newer than this package. */
function kernelName<Name extends string>(
  find: (name: string) => number | undefined,
  expected: string,
): Check<Name> {
  return (value, subject) => {
    if (typeof value === "string" && find(value) !== undefined) return value as Name;
    throw invalidArgument(subject, expected, value);
  };
}
