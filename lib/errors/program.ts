import { EbpfError, type EbpfErrorOptions, errnoName } from "./ebpf-error.ts";
import type { VerifierReport } from "./verifier-report.ts";

/** An object could not be loaded into the kernel, for a reason other than the verifier. */
export class LoadError extends EbpfError {
  static override readonly name: string = "LoadError";
  /** All messages of libbpf. */
  readonly log: string;
  /** The map or program that failed; undefined when the whole object failed. */
  readonly subject: string | undefined;
  constructor(
    message: string,
    options: EbpfErrorOptions & { errno: number; log: string; subject?: string | undefined },
  ) {
    super("ERR_EBPF_LOAD", `${message}: ${errnoName(options.errno)}`, { operation: "load", ...options });
    this.log = options.log;
    this.subject = options.subject;
  }
}

// The same symbol as util.inspect.custom, without an import of node:util.
const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/**
 * The verifier refused a program.
 *
 * The message has the fault, the verifier's reason, the line of C and the remedy. `console.error` prints the full text of
 * {@link VerifierError.explain}; an uncaught error prints the message, the stack and the properties.
 */
export class VerifierError extends EbpfError {
  static override readonly name: string = "VerifierError";
  /** The program's name. */
  readonly program: string;
  /** The fault as data. */
  declare readonly report: VerifierReport;
  /** The complete verifier log. It is not printed with the error, since it can have megabytes. */
  declare readonly log: string;
  /** The instruction at which the verifier stopped, as in its log: `4: (79) r0 = *(u64 *)(r0 +0)`. */
  readonly instruction: string | undefined;
  /** The line of C of that instruction, if the object has it: `counter.bpf.c:14: *value += 1;` */
  readonly source: string | undefined;
  /** The verifier's reason: `R0 invalid mem access 'map_value_or_null'`. */
  readonly reason: string;
  readonly #print: PrintReport;

  /** @internal */
  constructor(options: EbpfErrorOptions & { log: string; report: VerifierReport; print: PrintReport }) {
    const { log, report, print } = options;
    const source = sourceOf(report);
    const said = report.title === report.reason ? "" : `\n  verifier: ${report.reason}`;
    super(
      "ERR_EBPF_VERIFIER",
      `the verifier refused program "${report.program}": ${report.title}${said}${source === undefined ? "" : `\n  at ${source}`}`,
      { operation: "load", remedy: report.help ?? report.kernel?.suggestion, ...options },
    );
    this.program = report.program;
    this.instruction = report.instruction;
    this.source = source;
    this.reason = report.reason;
    this.#print = print;
    hide(this, "log", log);
    hide(this, "report", report);
  }

  /**
   * Formats the fault like a compiler message: the lines of C with labels, the verifier's reason and the remedy.
   *
   * @param options - `color`: add ANSI escape sequences. Default `false`.
   */
  explain(options: { color?: boolean } = {}): string {
    return this.#print(this.report, options);
  }

  /** Text for `console.error`. @internal */
  [inspect](_depth: number, options: { colors?: boolean }): string {
    const at = this.stack?.indexOf("\n    at ") ?? -1;
    const frames = at < 0 ? "" : this.stack?.slice(at);
    return `${this.name} ${this.code}: ${this.explain({ color: options.colors === true })}${frames}`;
  }
}

type PrintReport = (report: VerifierReport, options: { color?: boolean }) => string;

function hide(error: VerifierError, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, enumerable: false, configurable: true, writable: false });
}

function sourceOf({ primary }: VerifierReport): string | undefined {
  if (primary === undefined) return undefined;
  const { file, line, text } = primary;
  return `${file.replace(/^.*\//, "")}:${line}${text === "" ? "" : `: ${text}`}`;
}
