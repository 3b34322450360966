import { EbpfError, type EbpfErrorOptions } from "./ebpf-error.ts";

/** BPF instructions are invalid: unknown opcodes, unparsable text, an undefined label, or a jump that is too far. */
export class AsmError extends EbpfError {
  static override readonly name: string = "AsmError";
  constructor(message: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_ASM", message, { operation: "assemble", ...options });
  }
}
