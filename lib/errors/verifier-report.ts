/** A line of C, and what happened there. */
export interface ReportPlace {
  /** As the compiler was given it; only its last part is printed. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1; 0 where it is not known. */
  readonly column: number;
  /** Characters of white space before the text, which the column counts. */
  readonly indent: number;
  /** The line, without the white space around it; empty where the object does not have it. */
  readonly text: string;
  /** What happened there: `acquired here`. */
  readonly label: string;
  /** The instruction, in the program as it was loaded. */
  readonly instruction: number;
}

/** How the kernel explains a refusal itself. Linux 7.3. */
export interface KernelReport {
  /** `Register Type Safety: Invalid dereference` */
  readonly title: string;
  readonly reason: string;
  readonly at: readonly { readonly function: string; readonly place: string; readonly label: string }[];
  readonly path: readonly { readonly function: string; readonly place: string; readonly label: string }[];
  readonly suggestion: string | undefined;
}

/** Why the verifier refused a program, as data. */
export interface VerifierReport {
  /** Names the kind of fault, and stays the same across releases: `not-released`; `unknown` for a sentence that is new here. */
  readonly id: string;
  /** What is wrong, in one line. */
  readonly title: string;
  readonly program: string;
  /** The function that was verified: the program, or a global function of it. */
  readonly function: string;
  /** The instruction that the verifier stopped at, as its log has it. */
  readonly instruction: string | undefined;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly column: number | undefined;
  /** Where it went wrong; undefined for a fault of the program as a whole, and where no line is known. */
  readonly primary: ReportPlace | undefined;
  /** What led to it: where the value was acquired, checked, lost or given back, in the order of the path. */
  readonly secondary: readonly ReportPlace[];
  /** The branches on the way there, the last of them. */
  readonly branches: readonly ReportPlace[];
  /** Lines up to two before and after the primary place, as far as the object or the source file has them. */
  readonly around: readonly { readonly line: number; readonly text: string }[];
  readonly notes: readonly string[];
  /** What to do; undefined where nothing is known to be right. */
  readonly help: string | undefined;
  /** The verifier's own sentence. */
  readonly reason: string;
  readonly kernel: KernelReport | undefined;
}
