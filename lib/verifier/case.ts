import { assignedName, callArguments, isNameable } from "./c-text.ts";
import type { Facts } from "./facts.ts";
import type { Mark } from "./finding.ts";
import type { Sentence, Step, VerifierLog } from "./log.ts";
import { type Origin, VerifierPath } from "./path.ts";
import { inWords, mapOf } from "./registers.ts";
import type { SourceLines } from "./source-lines.ts";

/** A rejection, with the queries of rules. */
export class Case {
  readonly log: VerifierLog;
  readonly path: VerifierPath;
  readonly facts: Facts;
  readonly lines: SourceLines;
  readonly sentences: readonly string[];
  /** The instruction at which the verifier stopped. */
  readonly at: Step | undefined;

  constructor(
    log: VerifierLog,
    facts: Facts,
    lines: SourceLines,
    sentences: readonly Sentence[],
    at: Step | undefined,
  ) {
    this.log = log;
    this.facts = facts;
    this.lines = lines;
    this.path = new VerifierPath(log);
    this.sentences = sentences.map(({ text }) => text);
    this.at = at;
  }

  /** The function that was verified: the program, or a global function of it. */
  get function(): string {
    return this.log.validating ?? this.facts.program.name;
  }

  /** The state of a register (`R1`, `r1`) or stack slot (`fp-8`) where the verifier stopped, as printed. */
  value(register: string): string | undefined {
    return this.at && this.path.value(register.replace(/^r/, "R"), this.at);
  }

  words(register: string): string | undefined {
    const value = this.value(register);
    return value === undefined ? undefined : inWords(value);
  }

  origin(register: string): Origin {
    return this.at === undefined
      ? { step: undefined, changes: [] }
      : this.path.origin(register.toLowerCase(), this.at);
  }

  /** The C expression of the value in a register; undefined when uncertain. */
  variable(register: string): string | undefined {
    return this.argument(register) ?? this.#assigned(register);
  }

  /** The same, or the register's own name. */
  name(register: string): string {
    return this.variable(register) ?? register.toUpperCase();
  }

  /** The expression that is handed over in a register, when the verifier stopped at a call. */
  argument(register: string): string | undefined {
    const number = /^[rR]([1-5])$/.exec(register)?.[1];
    const callee = this.callee;
    if (number === undefined || callee === undefined || this.at?.line === undefined) return undefined;
    const text = callArguments(this.at.line.text, callee)?.[Number(number) - 1];
    return isNameable(text) ? text : undefined;
  }

  /** The helper or kfunc that the verifier stopped at the call of. */
  get callee(): string | undefined {
    const operation = this.at?.operation;
    return operation?.kind === "helper" ? operation.name : undefined;
  }

  /** The map that a register points into. */
  map(register: string): string | undefined {
    const value = this.value(register);
    return value === undefined ? undefined : mapOf(value);
  }

  /** The step at which a value was made, if it has one. */
  made(register: string, label: (origin: Step) => string): Mark | undefined {
    const { step } = this.origin(register);
    return step === undefined ? undefined : { step, label: label(step) };
  }

  #assigned(register: string): string | undefined {
    const { step, changes } = this.origin(register);
    // After arithmetic it is a value of its own, with a name where that is assigned.
    const arithmetic = changes.find(({ operation }) => operation.kind === "arithmetic");
    const maker = arithmetic ?? step;
    const line = maker?.line?.text;
    if (maker === undefined || line === undefined) return undefined;
    const { operation } = maker;
    if (operation.kind === "helper" && !new RegExp(`\\b${operation.name}\\b`).test(line)) return undefined;
    return assignedName(line);
  }
}
