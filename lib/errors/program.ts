import { EbpfError, type EbpfErrorOptions, errnoName } from "./base.ts";

/** An object could not be loaded into the kernel, for a reason other than the verifier's. */
export class LoadError extends EbpfError {
  static override readonly name: string = "LoadError";
  /** Everything libbpf said. */
  readonly log: string;
  /** The map or program that failed; undefined when it was the object as a whole. */
  readonly subject: string | undefined;
  constructor(
    message: string,
    log: string,
    subject: string | undefined,
    options: EbpfErrorOptions & { errno: number },
  ) {
    super("ERR_EBPF_LOAD", `${message}: ${errnoName(options.errno)}`, { operation: "load", ...options });
    this.log = log;
    this.subject = subject;
  }
}

/** The verifier refused a program. */
export class VerifierError extends EbpfError {
  static override readonly name: string = "VerifierError";
  /** The program's name. */
  readonly program: string;
  /** The verifier's log, whole. */
  readonly log: string;
  /** The instruction it stopped at, as the log prints it: `4: (79) r0 = *(u64 *)(r0 +0)`. */
  readonly instruction: string | undefined;
  /** The line of C that the instruction was compiled from, as far as the object says. */
  readonly source: string | undefined;
  /** The verifier's reason: `R0 invalid mem access 'map_value_or_null'`. */
  readonly reason: string;
  constructor(
    details: {
      program: string;
      log: string;
      instruction: string | undefined;
      source: string | undefined;
      reason: string;
    },
    options: EbpfErrorOptions,
  ) {
    const at = details.instruction === undefined ? "" : `\n  at instruction ${details.instruction}`;
    const line = details.source === undefined ? "" : `\n  at ${details.source}`;
    super(
      "ERR_EBPF_VERIFIER",
      `the verifier refused program "${details.program}": ${details.reason}${at}${line}`,
      {
        operation: "load",
        ...options,
      },
    );
    this.program = details.program;
    this.log = details.log;
    this.instruction = details.instruction;
    this.source = details.source;
    this.reason = details.reason;
  }
}
