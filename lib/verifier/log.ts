import type { Operation } from "./operation.ts";
import type { Registers } from "./registers.ts";

/** A line of C as a log names it. */
export interface LoggedLine {
  readonly text: string;
  /** `counter.bpf.c:14`. Linux 6.8. */
  readonly place: string | undefined;
}

/** An instruction on the way to the failure. */
export interface Step {
  /** Its number in {@link VerifierLog.steps}. */
  readonly position: number;
  /** Its index in the loaded program, in which called functions follow the program. */
  readonly index: number;
  /** As printed: `7: (71) r0 = *(u8 *)(r0 +3)`. */
  readonly text: string;
  readonly operation: Operation;
  /** The line of C that the log has last named before it. */
  readonly line: LoggedLine | undefined;
  /** Calls that are open: 0 in the program itself. */
  readonly frame: number;
  /** The registers that the verifier printed after it; empty before Linux 5.18. */
  readonly registers: Registers;
}

/** A sentence of the verifier. */
export interface Sentence {
  readonly text: string;
  /** The number of steps before it. */
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

/** How the kernel explains the refusal itself. Linux 7.3. */
export interface KernelExplanation {
  /** `Register Type Safety: Invalid dereference` */
  readonly title: string;
  readonly reason: string;
  readonly at: readonly KernelPlace[];
  readonly path: readonly KernelPlace[];
  readonly suggestion: string | undefined;
}

/** A verifier's log, read. */
export interface VerifierLog {
  /** The instructions of the path that failed, in the order in which the verifier went through them. */
  readonly steps: readonly Step[];
  /** The state at the start of the path. */
  readonly entry: Registers;
  /** The global function that was verified by itself, when it was not the program. */
  readonly validating: string | undefined;
  /** All that was neither an instruction, a line of C, a state nor a remark on progress. */
  readonly sentences: readonly Sentence[];
  /** Instructions that the verifier went through, over all paths; undefined when it did not get that far. */
  readonly processed: number | undefined;
  readonly kernel: KernelExplanation | undefined;
}
