import type { Case } from "../case.ts";
import type { Step } from "../log.ts";
import { packetFields } from "../packet-fields.ts";
import { movesThePacket } from "../releases.ts";

/** A comparison of a pointer into the packet with the end of the packet that checks no bytes behind the pointer. */
export interface VainComparison {
  readonly step: Step;
  /**
   * `equal`: by == or !=. `exact`: of the pointer itself, without the size of what is read. `turned`: the path is the
   * one for a shorter packet. `stale`: with an end that a call made void.
   */
  readonly kind: "equal" | "exact" | "turned" | "stale";
  /** The call that made the end void. */
  readonly call?: Step;
}

/** The last comparison on the path of the same pointer, or of the pointer plus a constant. */
export function vainComparison(c: Case, register: string, isMeta: boolean): VainComparison | undefined {
  if (c.at === undefined) return undefined;
  const wanted = sumOf(c, register, c.at);
  if (wanted.start === undefined) return undefined;
  for (const step of c.path.back(c.at)) {
    const [, one = "", relation = "", two = ""] =
      (step.operation.kind === "branch" && /^(r\d+) ([<>]=?|[=!]=) (r\d+)$/.exec(step.operation.condition)) ||
      [];
    if (relation === "" || c.path.taken(step) === undefined) continue;
    const isWanted = (each: string) => {
      const sum = sumOf(c, each, step);
      return sum.start === wanted.start && sum.added === wanted.added;
    };
    const [pointer, end] = isWanted(one) ? [one, two] : isWanted(two) ? [two, one] : [];
    if (pointer === undefined || end === undefined || !isEnd(c, end, step, isMeta)) continue;
    const call = voidedBy(c, end, step);
    if (call !== undefined) return { step, kind: "stale", call };
    if (/[=!]=/.test(relation) && !/[<>]/.test(relation)) return { step, kind: "equal" };
    // Whether the pointer is known to be at or before the end.
    const before = (relation.startsWith("<") === (pointer === one)) === c.path.taken(step);
    return { step, kind: before ? "exact" : "turned" };
  }
  return undefined;
}

/** A comparison of the packet's length as a number, which checks no bytes for the verifier. */
export function lengthComparison(c: Case): Step | undefined {
  if (c.at === undefined) return undefined;
  const { end } = packetFields(c.facts.program.type);
  for (const step of c.path.back(c.at)) {
    const [, register] =
      (step.operation.kind === "branch" && /^[rw](\d+) \S+ \S+$/.exec(step.operation.condition)) || [];
    if (register === undefined) continue;
    const { step: made, changes } = c.path.origin(`r${register}`, step);
    const offset = contextOffset(c, made);
    const subtracts = changes.some(
      ({ operation }) => operation.kind === "arithmetic" && operation.operator === "-",
    );
    if ((offset === end && subtracts) || (offset === 0 && end === skbEnd)) return step;
  }
  return undefined;
}

/** The offset in the context that a step reads from. */
export function contextOffset(c: Case, step: Step | undefined): number | undefined {
  if (step?.operation.kind !== "load") return undefined;
  const { base, offset } = step.operation;
  return c.path.origin(base, step).argument?.register === "r1" ? offset : undefined;
}

/** struct __sk_buff begins with the packet's length. */
const skbEnd = packetFields("sched-cls").end;

/** A pointer as the step that read it from the context, and the last step that added a register to it. */
function sumOf(
  c: Case,
  register: string,
  before: Step,
): { start: Step | undefined; added: Step | undefined } {
  const { step, changes } = c.path.origin(register.toLowerCase(), before);
  const added = changes.find(
    ({ operation }) =>
      operation.kind === "arithmetic" &&
      /^r\d+$/.test(operation.operand) &&
      !isConstant(c, operation.operand, before),
  );
  return { start: contextOffset(c, step) === undefined ? undefined : step, added };
}

function isConstant(c: Case, register: string, before: Step): boolean {
  const { step, changes } = c.path.origin(register, before);
  return step?.operation.kind === "constant" && changes.length === 0;
}

function isEnd(c: Case, register: string, before: Step, isMeta: boolean): boolean {
  const { start, end } = packetFields(c.facts.program.type);
  const value = c.path.value(register.toUpperCase(), before) ?? "";
  if (!isMeta && /^pkt_end/.test(value)) return true;
  return contextOffset(c, c.path.origin(register, before).step) === (isMeta ? start : end);
}

/** The call that moved the packet after a bound was read and before it was compared. */
function voidedBy(c: Case, register: string, before: Step): Step | undefined {
  const read = c.path.origin(register, before).step;
  for (const step of c.path.back(before)) {
    if (step === read) return undefined;
    if (step.operation.kind === "helper" && movesThePacket(step.operation.name)) return step;
  }
  return undefined;
}
