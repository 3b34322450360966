import { assignedName, conditionOf } from "./c-text.ts";
import type { Case } from "./case.ts";
import type { Mark } from "./finding.ts";
import type { Step } from "./log.ts";
import { comparedRange, signedBounds } from "./registers.ts";

const most = 6;

/** The last branches on the path to the failure, each line once. */
export function branchesOf(c: Case): Mark[] {
  const found: Mark[] = [];
  const lines = new Set<string>();
  if (c.at === undefined) return found;
  for (const step of c.path.back(c.at)) {
    if (found.length === most) break;
    const line = step.line?.text;
    const taken = c.path.taken(step);
    if (taken === undefined || line === undefined || step.frame > c.at.frame || lines.has(line)) continue;
    lines.add(line);
    found.push({ step, label: outcome(c, step, taken) });
  }
  return found.reverse();
}

function outcome(c: Case, step: Step, taken: boolean): string {
  const fact = factOf(c, step, taken);
  const truth = fact && truthOf(step.line?.text ?? "", fact);
  if (fact !== undefined) return truth === undefined ? fact.words : `${truth}: ${fact.words}`;
  const next = nextLine(c, step);
  return next === undefined ? (taken ? "the jump is taken" : "goes on") : `goes on at line ${next}`;
}

/** The next line of the path that is not the line of a step. */
function nextLine(c: Case, step: Step): number | undefined {
  const from = c.lines.place(step.index, step.line);
  for (let at = step.position + 1; from !== undefined && at < c.path.steps.length; at++) {
    const each = c.path.steps[at] as Step;
    if (each.frame !== step.frame) continue;
    const place = c.lines.place(each.index, each.line);
    if (place !== undefined && place.line !== from.line) return place.line;
  }
  return undefined;
}

interface Fact {
  name: string;
  /** Whether the value is NULL or zero; undefined when unknown. */
  zero: boolean | undefined;
  words: string;
}

function factOf(c: Case, step: Step, taken: boolean): Fact | undefined {
  if (step.operation.kind !== "branch") return undefined;
  const [, register, relation, operand] =
    /^([rw]\d+) (\S+) (0x[0-9a-f]+|-?\d+)$/.exec(step.operation.condition) ?? [];
  if (register === undefined) return undefined;
  const wide = register.replace("w", "r");
  const value = step.registers.get(wide.toUpperCase());
  const name = nameOf(c, wide, step);
  const zero =
    Number(operand) === 0 && (relation === "==" || relation === "!=")
      ? (relation === "==") === taken
      : undefined;
  const bounds = value === undefined ? undefined : signedBounds(value);
  const isPointer =
    zero !== undefined &&
    (bounds === undefined || (value !== undefined && zero && isNullable(c, wide, step)));
  if (isPointer) return { name, zero, words: `${name} is ${zero ? "" : "not "}NULL` };
  if (bounds === undefined || value === undefined || isComputed(c, wide, step)) return undefined;
  const range = comparedRange(value, step.operation.condition);
  return range === undefined ? undefined : { name, zero, words: `${name} is ${range}` };
}

/** Whether clang compares another number than C: `n - 65` for `n > 64 || n < 1`. */
function isComputed(c: Case, register: string, step: Step): boolean {
  const { changes } = c.path.origin(register, step);
  return changes.some(
    ({ operation, line }) =>
      operation.kind === "arithmetic" &&
      !["<<", ">>", "s>>", ""].includes(operation.operator) &&
      line?.text === step.line?.text,
  );
}

function isNullable(c: Case, register: string, step: Step): boolean {
  return /_or_null/.test(c.path.value(register.toUpperCase(), step) ?? "");
}

function nameOf(c: Case, register: string, step: Step): string {
  const condition = conditionOf(step.line?.text ?? "");
  const compared = /^!?\s*([A-Za-z_][\w.]*(?:->\w+)?)\s*(?:$|[<>]=?|[=!]=)/.exec(condition ?? "")?.[1];
  const { step: origin } = c.path.origin(register, step);
  return compared ?? (origin?.line === undefined ? undefined : assignedName(origin.line.text)) ?? "the value";
}

/** Whether the condition in C is true. */
function truthOf(line: string, { name, zero }: Fact): boolean | undefined {
  const condition = conditionOf(line);
  if (condition === undefined || zero === undefined) return undefined;
  const escaped = name.replace(/[^\w]/g, "\\$&");
  if (new RegExp(`^!\\s*${escaped}$|^${escaped} == (NULL|0)$`).test(condition)) return zero;
  if (new RegExp(`^${escaped}$|^${escaped} != (NULL|0)$`).test(condition)) return !zero;
  return undefined;
}
