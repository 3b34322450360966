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

/**
 * The explanation that the kernel itself gives.
 *
 * @since Linux 7.3
 */
export interface KernelReport {
  /** `Register Type Safety: Invalid dereference`. */
  readonly title: string;
  readonly reason: string;
  readonly at: readonly { readonly function: string; readonly place: string; readonly label: string }[];
  readonly path: readonly { readonly function: string; readonly place: string; readonly label: string }[];
  readonly suggestion: string | undefined;
}

/** The fault that the verifier found, as data. */
export interface VerifierReport {
  /** Kind of fault, stable across releases: `not-released`. `unknown` when this package does not know the reason. */
  readonly id: string;
  /** The fault in one line. */
  readonly title: string;
  readonly program: string;
  /** The verified function: the program or one of its global functions. */
  readonly function: string;
  /** The instruction at which the verifier stopped, as in its log. */
  readonly instruction: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** The place of the fault; undefined for a fault of the whole program, and when the line is unknown. */
  readonly primary: ReportPlace | undefined;
  /** Places that led to the fault, in execution order: where the value was acquired, checked, lost or released. */
  readonly secondary: readonly ReportPlace[];
  /** The last branches on the path to the fault. */
  readonly branches: readonly ReportPlace[];
  /** Up to two lines before and after the primary place, if the object or the source file has them. */
  readonly around: readonly { readonly line: number; readonly text: string }[];
  readonly notes: readonly string[];
  /** The remedy; undefined when unknown. */
  readonly help: string | undefined;
  /** The reason in the verifier's words. */
  readonly reason: string;
  readonly kernel: KernelReport | undefined;
}
