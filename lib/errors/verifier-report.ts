/** A line of C with a label. */
export interface ReportPlace {
  /** Path as passed to the compiler. Printed reports have only its last part. */
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  /** Starts at 1; 0 when unknown. */
  readonly column: number;
  /** Characters of leading white space, which `column` includes and `text` omits. */
  readonly indent: number;
  /** The trimmed line; empty when the object does not have it. */
  readonly text: string;
  /** What happens at this line: `acquired here`. */
  readonly label: string;
  /** Index of the instruction in the loaded program. */
  readonly instruction: number;
}

/** A place in the explanation that the kernel itself gives. */
export interface KernelReportPlace {
  /** The name of the function. */
  readonly function: string;
  /** The file, line and column, or the instruction. */
  readonly place: string;
  /** What happens there. */
  readonly label: string;
}

/**
 * The explanation that the kernel itself gives.
 *
 * @since Linux 7.3
 */
export interface KernelReport {
  /** `Register Type Safety: Invalid dereference`. */
  readonly title: string;
  /** The sentence in which the kernel says what is wrong. */
  readonly reason: string;
  /** The instruction that was rejected. */
  readonly at: readonly KernelReportPlace[];
  /** Steps that led to the fault, in execution order. */
  readonly path: readonly KernelReportPlace[];
  /** The remedy that the kernel proposes; undefined when it proposes none. */
  readonly suggestion: string | undefined;
}

/** The fault that the verifier found, as data. */
export interface VerifierReport {
  /** Kind of fault, stable across releases: `not-released`. `unknown` when this package does not know the reason. */
  readonly id: string;
  /** The fault in one line. */
  readonly title: string;
  /** The name of the program. */
  readonly program: string;
  /** The function at fault: the program, or a function that it calls. */
  readonly function: string;
  /** The instruction at which the verifier stopped, as in its log. */
  readonly instruction: string | undefined;
  /** Path of the source file, as passed to the compiler; undefined when unknown. */
  readonly file: string | undefined;
  /** Line of the fault, from 1; undefined when unknown. */
  readonly line: number | undefined;
  /** Column of the fault, from 1; 0 or undefined when unknown. */
  readonly column: number | undefined;
  /** The place of the fault; undefined for a fault of the whole program, and when the line is unknown. */
  readonly primary: ReportPlace | undefined;
  /** Places that led to the fault, in execution order: where the value was acquired, checked, lost or released. */
  readonly secondary: readonly ReportPlace[];
  /** The last branches on the path to the fault. */
  readonly branches: readonly ReportPlace[];
  /** Up to two lines before and after the primary place, if the object or the source file has them. */
  readonly around: readonly {
    /** Line number, from 1. */
    readonly line: number;
    /** The line with its leading white space. */
    readonly text: string;
  }[];
  /** Further facts, one sentence each, such as the limits of a value at the fault. */
  readonly notes: readonly string[];
  /** The remedy; undefined when unknown. */
  readonly help: string | undefined;
  /** The reason in the verifier's words. */
  readonly reason: string;
  /** The explanation of the kernel; undefined before Linux 7.3. */
  readonly kernel: KernelReport | undefined;
}
