import { assignedAt, assignedName, callArguments, isNameable, memberAt } from "./c-text.ts";
import type { Facts } from "./facts.ts";
import type { Mark } from "./finding.ts";
import type { Sentence, Step, VerifierLog } from "./log.ts";
import { type Origin, VerifierPath } from "./path.ts";
import { inWords, mapOf } from "./registers.ts";
import type { SourceFunction, SourceLines, SourcePlace } from "./source-lines.ts";

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

  /** The function at fault: the program, or one that it calls. */
  get function(): string {
    return this.functionOf(this.at) ?? this.log.validating ?? this.facts.program.name;
  }

  /** The function that an instruction belongs to; undefined when unknown. */
  functionOf(step: Step | undefined): string | undefined {
    return this.#functionAt(step)?.name;
  }

  /** The function of the object that an instruction calls, or passes as a callback. */
  calledAt(step: Step | undefined): string | undefined {
    return step && this.#functionAt(step)?.uses.get(step.index);
  }

  /** The variable of the kernel whose address an instruction loads. */
  externAt(step: Step | undefined): string | undefined {
    return step && this.#functionAt(step)?.externs.get(step.index);
  }

  /** The first line of a function of the object. */
  lineOf(name: string): SourcePlace | undefined {
    const first = this.lines.functions.find((each) => each.name === name)?.first;
    return first === undefined ? undefined : this.lines.place(first, undefined);
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
    return this.argument(register) ?? this.#assigned(register) ?? this.#parameter(register);
  }

  /** The same, or the text of the argument or its number, or the register's own name. */
  name(register: string): string {
    const text = this.#handedOver(register);
    const unnamed = text === undefined ? register.toUpperCase() : `argument ${register.slice(1)}`;
    return (
      this.variable(register) ??
      (text !== undefined && text.length <= 40 && !text.includes("(") ? text : unnamed)
    );
  }

  /** The expression that is passed in a register, when the verifier stopped at a call. */
  argument(register: string): string | undefined {
    const text = this.#handedOver(register);
    return isNameable(text) ? text : undefined;
  }

  #handedOver(register: string): string | undefined {
    const number = /^[rR]([1-5])$/.exec(register)?.[1];
    const callee = this.callee ?? this.calledAt(this.at);
    if (number === undefined || callee === undefined || this.at?.line === undefined) return undefined;
    return callArguments(this.at.line.text, callee)?.[Number(number) - 1];
  }

  /** The helper or kfunc whose call the verifier stopped at. */
  get callee(): string | undefined {
    const operation = this.at?.operation;
    return operation?.kind === "helper" ? operation.name : undefined;
  }

  /** The parameter or member that the number in a register was computed from. */
  variableAt(register: string, before: Step): string | undefined {
    const { step, argument } = this.path.origin(register.toLowerCase(), before);
    if (step === undefined) return this.#parameterOf(argument);
    const place = step.operation.kind === "load" ? this.lines.place(step.index, step.line) : undefined;
    return place === undefined ? undefined : memberAt(place.text, place.column - 1 - place.indent);
  }

  /** The map that a register holds or points into. Kernels before 6.5 do not print its name. */
  map(register: string): string | undefined {
    return mapOf(this.value(register) ?? "") ?? (this.at && this.#mapBehind(register, this.at));
  }

  #mapBehind(register: string, before: Step): string | undefined {
    const { step } = this.path.origin(register.toLowerCase(), before);
    if (step === undefined) return undefined;
    const { operation } = step;
    if (operation.kind === "constant") return this.#functionAt(step)?.maps.get(step.index);
    return operation.kind === "helper" &&
      /^bpf_(map_lookup_(percpu_)?elem|\w+_storage_get|get_local_storage)$/.test(operation.name)
      ? this.#mapBehind("r1", step)
      : undefined;
  }

  /** The step that created a value, if there is one. */
  made(register: string, label: (origin: Step) => string): Mark | undefined {
    const { step } = this.origin(register);
    return step === undefined ? undefined : { step, label: label(step) };
  }

  #assigned(register: string): string | undefined {
    const { step, changes } = this.origin(register);
    // After arithmetic it is a new value, which has a name if it is assigned to a variable.
    const arithmetic = changes.find(({ operation }) => operation.kind === "arithmetic");
    const maker = arithmetic ?? step;
    const line = maker?.line?.text;
    if (maker === undefined || line === undefined) return undefined;
    const { operation } = maker;
    // The line assigns the result of the call, or of what is computed from the value.
    if (
      line === this.at?.line?.text &&
      (arithmetic !== undefined || this.#handedOver(register) !== undefined)
    )
      return undefined;
    if (operation.kind === "helper" && !new RegExp(`\\b${operation.name}\\b`).test(line)) return undefined;
    const place = this.lines.place(maker.index, maker.line);
    return (
      assignedName(line) ??
      (place === undefined || place.column === 0
        ? undefined
        : assignedAt(line, place.column - 1 - place.indent))
    );
  }

  #parameter(register: string): string | undefined {
    const { argument, changes } = this.origin(register);
    return changes.length > 0 ? undefined : this.#parameterOf(argument);
  }

  #parameterOf(argument: Origin["argument"]): string | undefined {
    const number = /^r([1-5])$/.exec(argument?.register ?? "")?.[1];
    return this.#functionAt(argument?.within)?.parameters[Number(number) - 1] || undefined;
  }

  #functionAt(step: Step | undefined): SourceFunction | undefined {
    return step && this.lines.functions.find(({ first, end }) => first <= step.index && step.index < end);
  }
}
