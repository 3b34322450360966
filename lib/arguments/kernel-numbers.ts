import type { Check } from "./check.ts";
import { integerIn } from "./integer.ts";

const largest = 0x7fff_ffff;

export const checkPid: Check<number> = integerIn(1, largest, "process ID");
export const checkFileDescriptor: Check<number> = integerIn(0, largest, "file descriptor");
export const checkCpu: Check<number> = integerIn(0, largest, "CPU");
export const checkInterfaceIndex: Check<number> = integerIn(1, largest, "interface index");
/** The ID of a map, program, link or BTF object. */
export const checkObjectId: Check<number> = integerIn(1, 0xffff_ffff, "ID");
