import { cannotAttach } from "./cannot-attach.ts";
import { EbpfError, type EbpfErrorOptions, errnoName, withRemedy } from "./ebpf-error.ts";
import { lazyMessage } from "./lazy-message.ts";

/** Options of an error about one program. */
interface OfProgram extends EbpfErrorOptions {
  /** The program's name. */
  program: string;
}

/** A program could not be attached. */
export class AttachError extends EbpfError {
  static override readonly name: string = "AttachError";
  /** The program's name. */
  readonly program: string;
  /** The messages of libbpf. */
  readonly log: string;
  constructor(message: string, options: OfProgram & { log?: string }, code = "ERR_EBPF_ATTACH") {
    super(code, message, { operation: "attach", ...options });
    this.program = options.program;
    this.log = options.log ?? "";
  }
}

/** The attach target is unknown: neither the SEC name of the program nor the caller gives it. */
export class AttachTargetError extends EbpfError {
  static override readonly name: string = "AttachTargetError";
  /** The program's name. */
  readonly program: string;
  constructor(message: string, options: OfProgram) {
    super("ERR_EBPF_ATTACH_TARGET", message, { operation: "attach", ...options });
    this.program = options.program;
  }
}

/** The program has a type that the hook does not accept. */
export class ProgramTypeError extends EbpfError {
  static override readonly name: string = "ProgramTypeError";
  /** The program's name. */
  readonly program: string;
  constructor(message: string, options: OfProgram) {
    super("ERR_EBPF_PROGRAM_TYPE", message, { operation: "attach", ...options });
    this.program = options.program;
  }
}

/** No function, tracepoint, system call or probe has the requested name. */
export class NoSymbolError extends AttachError {
  static override readonly name: string = "NoSymbolError";
  #symbol: string | (() => string);
  #nearest: readonly string[] | (() => readonly string[]);

  /** A function as argument is called when the property, `message` or `stack` is first read. */
  constructor(
    message: string | (() => string),
    options: OfProgram & {
      symbol: string | (() => string);
      nearest: readonly string[] | (() => readonly string[]);
    },
  ) {
    super("", options, "ERR_EBPF_NO_SYMBOL");
    this.#symbol = options.symbol;
    this.#nearest = options.nearest;
    lazyMessage(this, () => {
      const names = this.nearest.map((name) => `"${name}"`).join(", ");
      const close = names === "" ? "" : ` (nearest: ${names})`;
      const text = typeof message === "function" ? message() : message;
      return withRemedy(`${cannotAttach(options.program)}: ${text}${close}`, options.remedy);
    });
  }

  /** The requested name. */
  get symbol(): string {
    if (typeof this.#symbol === "function") this.#symbol = this.#symbol();
    return this.#symbol;
  }

  /** Similar names, the closest first. The first read searches them. */
  get nearest(): readonly string[] {
    if (typeof this.#nearest === "function") this.#nearest = this.#nearest();
    return this.#nearest;
  }
}

/** One of several functions with the same name. */
export interface SymbolCandidate {
  /** The name, with the version or source file if known: `memcpy@GLIBC_2.2.5`, `helper (a.c)`. */
  readonly name: string;
  /** Offset in the binary file, in bytes; undefined for a kernel function. */
  readonly offset?: bigint;
  /** Address in the kernel; undefined for a function of a binary, and when the kernel hides its addresses. */
  readonly address?: bigint;
}

/** Several functions have the requested name. */
export class AmbiguousSymbolError extends AttachError {
  static override readonly name: string = "AmbiguousSymbolError";
  /** The requested name. */
  readonly symbol: string;
  /** The functions with that name. */
  readonly candidates: readonly SymbolCandidate[];
  constructor(
    message: string,
    options: OfProgram & { symbol: string; candidates: readonly SymbolCandidate[] },
  ) {
    super(`${cannotAttach(options.program)}: ${message}`, options, "ERR_EBPF_AMBIGUOUS_SYMBOL");
    this.symbol = options.symbol;
    this.candidates = options.candidates;
  }
}

/** This network namespace has no network interface with the requested name or index. */
export class NoInterfaceError extends EbpfError {
  static override readonly name: string = "NoInterfaceError";
  /** The requested name or index. */
  readonly interface: string | number;
  constructor(options: { interface: string | number; known: readonly string[] }) {
    const { interface: name, known } = options;
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

/** Some links could not be closed, and their programs stay attached. Everything else is closed. */
export class CloseError extends EbpfError {
  static override readonly name: string = "CloseError";
  /** The errors of the links, by the name of the program or struct_ops map. */
  readonly errors: Readonly<Record<string, EbpfError>>;
  constructor(message: string, options: EbpfErrorOptions & { errors: Readonly<Record<string, EbpfError>> }) {
    const reasons = Object.values(options.errors).map((error) => `\n  ${error.message}`);
    const remedy = "Remove the causes, then call close() again";
    super("ERR_EBPF_CLOSE", `${message}:${reasons.join("")}`, { operation: "close", remedy, ...options });
    this.errors = options.errors;
  }
}

/** An operation on an existing link failed. */
export class LinkError extends EbpfError {
  static override readonly name: string = "LinkError";
  constructor(message: string, options: EbpfErrorOptions & { errno: number }) {
    super("ERR_EBPF_LINK", `${message}: ${errnoName(options.errno)}`, options);
  }
}
