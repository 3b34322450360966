import type { Operation } from "./operation.ts";
import type { Registers } from "./registers.ts";

/** A line of C in a log. */
export interface LoggedLine {
  readonly text: string;
  /** `counter.bpf.c:14`. Linux 6.8. */
  readonly place: string | undefined;
}

/** An instruction on the way to the failure. */
export interface Step {
  /** The index of the step in {@link VerifierLog.steps}. */
  readonly position: number;
  /** The index of the instruction in the loaded program, in which called functions follow the program. */
  readonly index: number;
  /** As printed: `7: (71) r0 = *(u8 *)(r0 +3)`. */
  readonly text: string;
  readonly operation: Operation;
  /** The last line of C in the log before the instruction. */
  readonly line: LoggedLine | undefined;
  /** The depth of calls: 0 in the program itself. */
  readonly frame: number;
  /** The registers that the verifier printed after the instruction; empty before Linux 5.18. */
  readonly registers: Registers;
}

/** A sentence of the verifier. */
export interface Sentence {
  readonly text: string;
  /** The number of steps before the sentence. */
  readonly after: number;
}

/** The place of a step of the kernel's own explanation. */
export interface KernelPlace {
  readonly function: string;
  /** `counter.bpf.c:14:5` */
  readonly place: string;
  /** `update: R0 changed from uninitialized value to nullable map value from seen` */
  readonly label: string;
}

/** The explanation of the refusal by the kernel itself. Linux 7.3. */
export interface KernelExplanation {
  /** `Register Type Safety: Invalid dereference` */
  readonly title: string;
  readonly reason: string;
  readonly at: readonly KernelPlace[];
  readonly path: readonly KernelPlace[];
  readonly suggestion: string | undefined;
}

/** A parsed verifier log. */
export interface VerifierLog {
  /** The instructions of the path that failed, in the order in which the verifier processed them. */
  readonly steps: readonly Step[];
  /** The state at the start of the path. */
  readonly entry: Registers;
  /** The global function that was verified separately; undefined for the program. */
  readonly validating: string | undefined;
  /** All lines that are not instructions, lines of C, states or progress messages. */
  readonly sentences: readonly Sentence[];
  /** The number of instructions that the verifier processed on all paths; undefined when the log has none. */
  readonly processed: number | undefined;
  readonly kernel: KernelExplanation | undefined;
}
