import { EbpfError, type EbpfErrorOptions, errnoName } from "./base.ts";
import type { VerifierReport } from "./verifier-report.ts";

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

// util.inspect.custom, by the name under which every JavaScript runtime knows it.
const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom") as never;

/**
 * The verifier refused a program.
 *
 * Its message is short: what is wrong, the verifier's sentence, the line of C, what to do. Printed by `console.error`,
 * and when nobody catches it, it shows all that {@link VerifierError.explain} tells.
 */
export class VerifierError extends EbpfError {
  static override readonly name: string = "VerifierError";
  /** The program's name. */
  readonly program: string;
  /** Why it was refused, as data. */
  declare readonly report: VerifierReport;
  /** The verifier's log, whole. It may have megabytes, so that it is not printed with the error. */
  declare readonly log: string;
  /** The instruction it stopped at, as the log prints it: `4: (79) r0 = *(u64 *)(r0 +0)`. */
  readonly instruction: string | undefined;
  /** The line of C that the instruction was compiled from, as far as the object says: `counter.bpf.c:14: *value += 1;` */
  readonly source: string | undefined;
  /** The verifier's reason: `R0 invalid mem access 'map_value_or_null'`. */
  readonly reason: string;
  readonly #print: PrintReport;

  /** @internal */
  constructor(
    { log, report, print }: { log: string; report: VerifierReport; print: PrintReport },
    options: EbpfErrorOptions,
  ) {
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
   * The refusal as a compiler would print it: the lines of C, what happened at each, the verifier's sentence, and what to
   * do.
   *
   * @param options - `color`: escape sequences for a terminal. Default: none.
   */
  explain(options: { color?: boolean } = {}): string {
    return this.#print(this.report, options);
  }

  /** What `console.error` and an uncaught error print. @internal */
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
