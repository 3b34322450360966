import type { Step, VerifierLog } from "./log.ts";
import { written } from "./operation.ts";

/** Where a value came from. */
export interface Origin {
  /** The step that made it; undefined for an argument of the program or function. */
  readonly step: Step | undefined;
  /** Without a step, the argument that it is: its register, and a step of the function that has it. */
  readonly argument?: { readonly register: string; readonly within: Step };
  /** Steps that changed it on the way, the last first: arithmetic, and a spill that it came back from. */
  readonly changes: readonly Step[];
}

/** The path to a failure, with queries about the contents of registers. */
export class VerifierPath {
  readonly steps: readonly Step[];
  readonly #log: VerifierLog;

  constructor(log: VerifierLog) {
    this.#log = log;
    this.steps = log.steps;
  }

  /** The last step of an instruction. */
  find(index: number): Step | undefined {
    return this.steps.findLast((step) => step.index === index);
  }

  /** The state of a register (`R1`, `fp-8`) before a step; undefined where it was not printed. */
  value(register: string, before: Step): string | undefined {
    for (let at = before.position - 1; at >= 0; at--) {
      const step = this.steps[at] as Step;
      if (step.frame < before.frame) {
        // In the caller: the callee's arguments are its r1 to r5.
        if (!/^R[1-5]$/.test(register)) return undefined;
        if (step.operation.kind === "helper") return step.registers.get(register);
      } else if (step.frame > before.frame) continue;
      const value = step.registers.get(register);
      if (value !== undefined) return value;
    }
    return this.#log.entry.get(register);
  }

  /** The step that wrote a register last before another. */
  writer(register: string, before: Step): Step | undefined {
    for (let at = before.position - 1; at >= 0; at--) {
      const step = this.steps[at] as Step;
      if (step.frame > before.frame) continue;
      if (step.frame < before.frame) return undefined;
      const { operation } = step;
      if (written(operation) === register) return step;
      if ((operation.kind === "helper" || operation.kind === "call") && /^r[0-5]$/.test(register))
        return step;
    }
    return undefined;
  }

  /** Where the value that a register has before a step came from, through moves, spills and arithmetic. */
  origin(register: string, before: Step): Origin {
    const changes: Step[] = [];
    let at = before;
    let name = register;
    for (let i = 0; i < 1000; i++) {
      const step = this.writer(name, at);
      if (step === undefined) {
        const call = this.#callOf(at);
        // An argument of a function has come from its caller, that of a callback from a helper.
        if (call?.operation.kind !== "call" || !/^r[1-5]$/.test(name))
          return { step: undefined, argument: { register: name, within: at }, changes };
        at = call;
        continue;
      }
      const { operation } = step;
      at = step;
      if (operation.kind === "move") name = operation.from;
      else if (operation.kind === "arithmetic") changes.push(step);
      else if (operation.kind === "load" && operation.base === "r10") {
        const spill = this.spill(operation.offset, step);
        if (spill === undefined || spill.operation.kind !== "store") return { step, changes };
        changes.push(step);
        at = spill;
        name = spill.operation.from;
        if (!/^r\d+$/.test(name)) return { step: spill, changes };
      } else return { step, changes };
    }
    return { step: undefined, changes };
  }

  /** The step that last stored to a place of the stack before another. */
  spill(offset: number, before: Step): Step | undefined {
    for (let at = before.position - 1; at >= 0; at--) {
      const step = this.steps[at] as Step;
      const { operation } = step;
      if (
        step.frame === before.frame &&
        operation.kind === "store" &&
        operation.base === "r10" &&
        operation.offset === offset
      )
        return step;
    }
    return undefined;
  }

  /** Steps before another, the nearest first. */
  *back(before: Step): IterableIterator<Step> {
    for (let at = before.position - 1; at >= 0; at--) yield this.steps[at] as Step;
  }

  /** Whether a branch was taken; undefined for the last step and for instructions that are not branches. */
  taken(step: Step): boolean | undefined {
    const next = this.steps[step.position + 1];
    if (step.operation.kind !== "branch" || next === undefined) return undefined;
    const { target } = step.operation;
    return target === step.index + 1 ? undefined : next.index === target;
  }

  /** The call that a step's function was entered by. */
  #callOf(step: Step): Step | undefined {
    for (const each of this.back(step)) if (each.frame < step.frame) return each;
    return undefined;
  }
}
