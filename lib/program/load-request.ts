import { type Check, checkText, invalidArgument, nameUpTo } from "../arguments/index.ts";
import { findProgramType } from "../hooks/index.ts";
import { loadHeader } from "../native/program.ts";
import type { ProgramType } from "../spec/index.ts";

// Space for most programs. Allocating a request for each program would take longer than writing it.
const MOST_SLOTS = 256;

/** The request of `programLoad`, which is reused for each program. */
export const request = new Uint8Array(loadHeader.size + MOST_SLOTS * 8);

/** The words of the instructions in {@link request}. */
export const requestWords = new Int32Array(request.buffer, loadHeader.size);

// The header in `request`. Consecutive programs often have the same one.
let type: unknown;
let name: unknown;
let license: unknown;

/**
 * Writes the header of {@link request}.
 *
 * @returns False when the type is unknown, or the license is longer than the kernel reads.
 * @throws {@link InvalidArgumentError} when the name or the license is invalid.
 */
export function writeHeader(newType: unknown, newName: unknown, newLicense: unknown): newType is ProgramType {
  if (newType === type && newName === name && newLicense === license) return true;
  const number = typeof newType === "string" ? findProgramType(newType) : undefined;
  if (number === undefined) return false;
  const kernelName = checkKernelName(newName, "name of Program.create").slice(0, loadHeader.name.size - 1);
  const text = Buffer.from(checkText(newLicense, "license of Program.create"));
  if (text.length >= loadHeader.license.size) return false;
  type = undefined;
  request.fill(0, 0, loadHeader.size);
  new Int32Array(request.buffer, loadHeader.type, 1)[0] = number;
  request.set(Buffer.from(kernelName), loadHeader.name.at);
  request.set(text, loadHeader.license.at);
  type = newType;
  name = newName;
  license = newLicense;
  return true;
}

const checkLength = nameUpTo(128);

export const checkKernelName: Check<string> = (value, subject) => {
  if (typeof value === "string" && /^[\w.]*$/.test(value))
    return value.length <= 128 ? value : checkLength(value, subject);
  throw invalidArgument(subject, 'letters, digits, "_" and "." only', value);
};
