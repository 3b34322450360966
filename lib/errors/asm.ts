import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/** Instructions make no sense: bytes or text that are no instructions, a label that does not exist, a jump too far. */
export class AsmError extends EbpfError {
  static override readonly name: string = "AsmError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_ASM", message, { operation: "assemble", ...options });
  }
}
