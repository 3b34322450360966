import { EbpfError, type EbpfErrorOptions, errnoName } from "./base.ts";

/** A program could not be attached. */
export class AttachError extends EbpfError {
  /** The program's name. */
  readonly program: string;
  /** What libbpf said. */
  readonly log: string;
  constructor(
    program: string,
    message: string,
    log: string,
    options: EbpfErrorOptions = {},
    code = "ERR_EBPF_ATTACH",
  ) {
    super(code, message, { operation: "attach", ...options });
    this.program = program;
    this.log = log;
  }
}

/** The program's SEC name does not say where to attach it, and the caller did not either. */
export class AttachTargetError extends EbpfError {
  /** The program's name. */
  readonly program: string;
  constructor(program: string, message: string, remedy: string) {
    super("ERR_EBPF_ATTACH_TARGET", message, { operation: "attach", remedy });
    this.program = program;
  }
}

/** The program is of another type than the hook takes. */
export class ProgramTypeError extends EbpfError {
  /** The program's name. */
  readonly program: string;
  constructor(program: string, message: string, remedy?: string) {
    super("ERR_EBPF_PROGRAM_TYPE", message, { operation: "attach", remedy });
    this.program = program;
  }
}

/** There is no function, tracepoint, syscall or probe of that name. */
export class NoSymbolError extends AttachError {
  readonly symbol: string;
  /** Names that are close to it, best first. */
  readonly nearest: readonly string[];
  constructor(
    program: string,
    message: string,
    symbol: string,
    nearest: readonly string[],
    options: EbpfErrorOptions = {},
  ) {
    const close = nearest.length === 0 ? "" : ` (nearest: ${nearest.map((name) => `"${name}"`).join(", ")})`;
    super(
      program,
      `cannot attach program "${program}": ${message}${close}`,
      "",
      options,
      "ERR_EBPF_NO_SYMBOL",
    );
    this.symbol = symbol;
    this.nearest = nearest;
  }
}

/** There is no network interface of that name or index in this network namespace. */
export class NoInterfaceError extends EbpfError {
  readonly interface: string | number;
  constructor(name: string | number, known: readonly string[]) {
    super(
      "ERR_EBPF_NO_INTERFACE",
      typeof name === "number"
        ? `no network interface has index ${name}`
        : `no network interface is called "${name}"`,
      { operation: "attach", remedy: `This network namespace has: ${known.join(", ")}` },
    );
    this.interface = name;
  }
}

/** A live link could not do what was asked of it. */
export class LinkError extends EbpfError {
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_LINK", `${message}: ${errnoName(options.errno)}`, options);
  }
}
