import { EbpfError, type EbpfErrorOptions } from "./base.ts";

/** A C source could not be compiled; what the compiler said is on stderr. */
export class CompileError extends EbpfError {
  readonly source: string;
  constructor(source: string, problem: string, options?: EbpfErrorOptions) {
    super("ERR_EBPF_COMPILE", `cannot compile ${source}: ${problem}`, { operation: "compile", ...options });
    this.source = source;
  }
}
