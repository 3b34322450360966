import { encode, type Item } from "../asm/index.ts";
import { native } from "../native/addon.ts";
import type { Status } from "../native/handle.ts";
import { type AttachType, attachTypeNumber, type ProgramType, programTypeNumber } from "../spec/index.ts";

/** A program that is loaded to probe the kernel and closed immediately. Without instructions, the program returns 0. */
export interface Trial {
  type: ProgramType;
  attachType?: AttachType | undefined;
  /** BPF_F_* of BPF_PROG_LOAD. */
  flags?: number;
  /** The function in the kernel's BTF for which the program is loaded. */
  function?: string;
  instructions?: readonly Item[];
  /** The module with the kfuncs that the instructions call. */
  module?: string | undefined;
  /** Whether to load without a verifier log. */
  quiet?: boolean;
}

/** Loads a program and closes it. Returns 0 or a negative errno, and the first 4 KiB of the verifier's log. */
export function tryLoad({ type, attachType, instructions, flags, function: target, module, quiet }: Trial): {
  status: Status;
  log: string;
} {
  return native().probeLoad({
    type: programTypeNumber(type),
    ...(attachType !== undefined && { attachType: attachTypeNumber(attachType) }),
    ...(flags !== undefined && { flags }),
    ...(target !== undefined && { function: target }),
    ...(module !== undefined && { module }),
    ...(quiet === true && { quiet }),
    ...(instructions !== undefined && { instructions: encode(instructions) }),
  });
}

/** Whether the verifier refused the program before it processed an instruction. */
export function refusedEarly(log: string): boolean {
  return log === "" || /^processed 0 insns/m.test(log);
}
