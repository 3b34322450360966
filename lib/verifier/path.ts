import type { Step, VerifierLog } from "./log.ts";
import { written } from "./operation.ts";

/** The origin of a value. */
export interface Origin {
  /** The step that created the value; undefined for an argument of the program or function. */
  readonly step: Step | undefined;
  /** Without a step, the argument that it is: its register, and a step of the function that has it. */
  readonly argument?: { readonly register: string; readonly within: Step };
  /** The steps that changed the value afterwards, the last first: arithmetic, and loads of a spilled value. */
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
        // Continues in the caller, where the arguments of the callee are r1 to r5.
        if (!/^R[1-5]$/.test(register)) return undefined;
        if (step.operation.kind === "helper") return step.registers.get(register);
      } else if (step.frame > before.frame) continue;
      const value = step.registers.get(register);
      if (value !== undefined) return value;
    }
    return this.#log.entry.get(register);
  }

  /** The last step before another one that wrote a register. */
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

  /** The origin of the value of a register before a step, followed through moves, spills and arithmetic. */
  origin(register: string, before: Step): Origin {
    const changes: Step[] = [];
    let at = before;
    let name = register;
    for (let i = 0; i < 1000; i++) {
      const step = this.writer(name, at);
      if (step === undefined) {
        const call = this.#callOf(at);
        // An argument of a function comes from its caller, an argument of a callback from a helper.
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

  /** The last step before another one that stored to a stack slot. */
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

  /** The call that entered the function of a step. */
  #callOf(step: Step): Step | undefined {
    for (const each of this.back(step)) if (each.frame < step.frame) return each;
    return undefined;
  }
}
