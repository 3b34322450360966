import { EbpfError, type EbpfErrorOptions, errnoName, withRemedy } from "./base.ts";
import { lazyMessage } from "./lazy-message.ts";

/** A program could not be attached. */
export class AttachError extends EbpfError {
  static override readonly name: string = "AttachError";
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
  static override readonly name: string = "AttachTargetError";
  /** The program's name. */
  readonly program: string;
  constructor(program: string, message: string, remedy: string) {
    super("ERR_EBPF_ATTACH_TARGET", message, { operation: "attach", remedy });
    this.program = program;
  }
}

/** The program is of another type than the hook takes. */
export class ProgramTypeError extends EbpfError {
  static override readonly name: string = "ProgramTypeError";
  /** The program's name. */
  readonly program: string;
  constructor(program: string, message: string, remedy?: string) {
    super("ERR_EBPF_PROGRAM_TYPE", message, { operation: "attach", remedy });
    this.program = program;
  }
}

/** There is no function, tracepoint, syscall or probe of that name. */
export class NoSymbolError extends AttachError {
  static override readonly name: string = "NoSymbolError";
  #symbol: string | (() => string);
  #nearest: readonly string[] | (() => readonly string[]);

  /** What is given as a function is found out when it is first read, by `message` and `stack` too. */
  constructor(
    program: string,
    message: string | (() => string),
    symbol: string | (() => string),
    nearest: readonly string[] | (() => readonly string[]),
    options: EbpfErrorOptions = {},
  ) {
    super(program, "", "", options, "ERR_EBPF_NO_SYMBOL");
    this.#symbol = symbol;
    this.#nearest = nearest;
    lazyMessage(this, () => {
      const names = this.nearest.map((name) => `"${name}"`).join(", ");
      const close = names === "" ? "" : ` (nearest: ${names})`;
      const text = typeof message === "function" ? message() : message;
      return withRemedy(`cannot attach program "${program}": ${text}${close}`, options.remedy);
    });
  }

  get symbol(): string {
    if (typeof this.#symbol === "function") this.#symbol = this.#symbol();
    return this.#symbol;
  }

  /** Names that are close to it, best first; found when first asked for. */
  get nearest(): readonly string[] {
    if (typeof this.#nearest === "function") this.#nearest = this.#nearest();
    return this.#nearest;
  }
}

/** One of several places of the same name. */
export interface SymbolCandidate {
  /** With its version or source file, where that is known: `memcpy@GLIBC_2.2.5`, `helper (a.c)`. */
  readonly name: string;
  /** Bytes from the start of the binary; undefined for a function of the kernel. */
  readonly offset?: bigint;
  /** In the kernel; undefined for a function of a binary, and where the kernel hides its addresses. */
  readonly address?: bigint;
}

/** Several functions have that name, and nothing says which of them is meant. */
export class AmbiguousSymbolError extends AttachError {
  static override readonly name: string = "AmbiguousSymbolError";
  readonly symbol: string;
  /** Those that have the name. */
  readonly candidates: readonly SymbolCandidate[];
  constructor(
    program: string,
    message: string,
    symbol: string,
    candidates: readonly SymbolCandidate[],
    options: EbpfErrorOptions = {},
  ) {
    super(
      program,
      `cannot attach program "${program}": ${message}`,
      "",
      options,
      "ERR_EBPF_AMBIGUOUS_SYMBOL",
    );
    this.symbol = symbol;
    this.candidates = candidates;
  }
}

/** There is no network interface of that name or index in this network namespace. */
export class NoInterfaceError extends EbpfError {
  static override readonly name: string = "NoInterfaceError";
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
  static override readonly name: string = "LinkError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_LINK", `${message}: ${errnoName(options.errno)}`, options);
  }
}
