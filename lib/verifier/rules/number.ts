import { assignedName, conditionOf } from "../c-text.ts";
import type { Case } from "../case.ts";
import type { Mark } from "../finding.ts";
import type { Step } from "../log.ts";
import { type Bounds, comparedRange, signedBounds } from "../registers.ts";

/** Code with a name in it, where there is a name. */
export function code(name: string, text: string): string {
  return /^(the|a) /.test(name) ? "" : `: ${text}`;
}

/** What is known of a number in a register. */
export interface NumberIn {
  name: string;
  bounds: Bounds | undefined;
  marks: (Mark | undefined)[];
  /** The last comparison with a constant. */
  check?: Step | undefined;
  /** Whether it is a comparison of the number plus a constant. */
  merged?: boolean;
}

/** The facts about the number in a register: its C name, its bounds, its origin and its comparison. */
export function numberIn(c: Case, register: string | undefined, before = c.at): NumberIn {
  if (register === undefined || before === undefined)
    return { name: "the number", bounds: undefined, marks: [] };
  const { step, changes } = c.path.origin(register, before);
  const constant =
    step?.operation.kind === "constant" && changes.length === 0 ? step.operation.value : undefined;
  const value = constant ?? c.path.value(register.toUpperCase(), before);
  const named = before === c.at ? c.variable(register) : undefined;
  const check = comparison(c, register, before);
  const known =
    named ?? comparedName(check) ?? assigned(step, changes, before) ?? c.variableAt(register, before);
  // A sum or difference of it has other bounds.
  const isSum = named === undefined && known !== undefined && check !== undefined && isSumOf(changes, check);
  const name = known === undefined ? "the number" : isSum ? `a number computed from ${known}` : known;
  const merged = check !== undefined && isMerged(c, changes, check);
  // A number that was computed from it has its own bounds.
  const isComputed = changes.some(({ operation }) => operation.kind === "arithmetic");
  return {
    name,
    bounds: value === undefined || (isComputed && name !== "the number") ? undefined : signedBounds(value),
    marks: [
      step && step !== before ? { step, label: `${known ?? "the number"} comes from here` } : undefined,
      check && { step: check, label: merged ? `a sum of ${name} is compared here` : checked(check) },
    ],
    check,
    merged,
  };
}

/** Whether a constant was added to a number, or subtracted from it, after a comparison. */
function isSumOf(changes: readonly Step[], check: Step): boolean {
  return changes.some((step) => addsConstant(step) && step.position > check.position);
}

function addsConstant({ operation }: Step): boolean {
  return (
    operation.kind === "arithmetic" && /^[+-]$/.test(operation.operator) && Number(operation.operand) !== 0
  );
}

/** Whether a comparison is of a number plus a constant: clang compares x - 65 with -64 for x > 64 || x < 1. */
function isMerged(c: Case, changes: readonly Step[], check: Step): boolean {
  const register =
    check.operation.kind === "branch" ? /^[rw](\d+)/.exec(check.operation.condition)?.[1] : undefined;
  return c.path
    .origin(`r${register}`, check)
    .changes.some((step) => addsConstant(step) && !changes.includes(step));
}

/** The variable to which a number was assigned. The line of `before` assigns what is computed from the number. */
function assigned(step: Step | undefined, changes: readonly Step[], before: Step): string | undefined {
  for (const each of [...changes, step]) {
    const line = each?.line?.text;
    const name = line === undefined || line === before.line?.text ? undefined : assignedName(line);
    if (name !== undefined) return name;
  }
  return undefined;
}

/** The last branch that compared a register, or the register from which its value was copied. */
function comparison(c: Case, register: string, before: Step): Step | undefined {
  const origin = c.path.origin(register, before);
  for (const step of c.path.back(before)) {
    const { operation } = step;
    if (operation.kind !== "branch" || step.frame !== before.frame) continue;
    const compared = /^([rw]\d+) \S+ (?:0x[0-9a-f]+|-?\d+)$/
      .exec(operation.condition)?.[1]
      ?.replace("w", "r");
    if (compared === undefined) continue;
    const same = c.path.origin(compared, step);
    if (same.step === origin.step && origin.step !== undefined) return step;
  }
  return undefined;
}

function comparedName(check: Step | undefined): string | undefined {
  const condition = check?.line === undefined ? undefined : conditionOf(check.line.text);
  const names = (condition ?? "")
    .split(/\|\||&&/)
    .map((part) => /^\s*([A-Za-z_]\w*)\s*(?:[<>]=?|==|!=)\s*[\w()\s*]+$/.exec(part)?.[1])
    .filter((name) => name !== undefined);
  return new Set(names).size === 1 ? names[0] : undefined;
}

function checked(check: Step): string {
  const condition = check.operation.kind === "branch" ? check.operation.condition : "";
  const register = /^[rw](\d+)/.exec(condition)?.[1];
  const value = register && check.registers.get(`R${register}`);
  const range = value ? comparedRange(value, condition) : undefined;
  return range === undefined ? "compared here" : `${range} after this comparison`;
}
