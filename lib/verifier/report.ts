import type { ReportPlace, VerifierReport } from "../errors/verifier-report.ts";
import { branchesOf } from "./branches.ts";
import { Case } from "./case.ts";
import type { Facts } from "./facts.ts";
import type { Finding, Mark } from "./finding.ts";
import type { Step, VerifierLog } from "./log.ts";
import { lastSentences, type Reason, reasonOf, silentReason, stepOf } from "./reason.ts";
import type { SourceLines, SourcePlace } from "./source-lines.ts";

/** Explains the refusal at the end of a log; undefined when the log has no reason. */
export function reportOf(log: VerifierLog, facts: Facts, lines: SourceLines): VerifierReport | undefined {
  const sentences = lastSentences(log);
  const silent = sentences.length === 0 ? silentReason(log) : undefined;
  const reason = reasonOf(sentences) ?? silent;
  if (reason === undefined) return undefined;
  const last = log.steps.at(-1);
  const { index, step } =
    silent === undefined ? stepOf(log, reason.text) : { index: last?.index, step: last };
  const refusal = new Case(log, facts, lines, sentences, step);
  const finding = explain(reason, refusal);
  const at = finding.at ?? step;
  const place =
    finding.place ??
    (at === undefined
      ? placeOf(lines, index, undefined)
      : (earlyReturn(refusal, at, lines) ?? placeOf(lines, at.index, at)));
  const marks = (finding.marks ?? []).filter((mark) => mark !== undefined);
  const primary = place && { ...toPlace(place, finding.label ?? finding.title, at?.index ?? index ?? 0) };
  return {
    id: finding.id ?? reason.rule?.id ?? "unknown",
    title: finding.title,
    program: facts.program.name,
    function: refusal.functionOf(at) ?? refusal.function,
    instruction: at?.text ?? (index === undefined ? undefined : `${index}`),
    file: place?.file,
    line: place?.line,
    column: place === undefined || place.column === 0 ? undefined : place.column,
    primary,
    secondary: marked(marks, lines, primary),
    branches: marked(branchesOf(refusal), lines, undefined),
    around: place === undefined ? [] : linesAround(place, lines),
    notes: (finding.notes ?? []).filter((note) => note !== undefined && note !== "") as string[],
    help: finding.help,
    reason: reason.said,
    kernel: log.kernel,
  };
}

function explain({ text, rule, groups }: Reason, refusal: Case): Finding {
  const plain: Finding = { title: text };
  try {
    return rule?.explain(groups, refusal) ?? plain;
  } catch {
    // The sentence of the verifier can serve as the explanation.
    return plain;
  }
}

function placeOf(
  lines: SourceLines,
  index: number | undefined,
  step: Step | undefined,
): SourcePlace | undefined {
  return index === undefined ? undefined : lines.place(index, step?.line);
}

function toPlace(
  { file, line, column, indent, text }: SourcePlace,
  label: string,
  instruction: number,
): ReportPlace {
  return { file, line, column, indent, text, label, instruction };
}

function linesAround({ file, line }: SourcePlace, lines: SourceLines) {
  return [-2, -1, 1, 2].flatMap((by) => {
    const text = lines.text(file, line + by);
    return text === undefined ? [] : [{ line: line + by, text }];
  });
}

function marked(marks: readonly Mark[], lines: SourceLines, primary: ReportPlace | undefined): ReportPlace[] {
  const places: ReportPlace[] = [];
  for (const { step, label } of [...marks].sort((a, b) => a.step.position - b.step.position)) {
    const place = lines.place(step.index, step.line);
    if (place === undefined) continue;
    const same = (each: ReportPlace) =>
      each.line === place.line && each.file === place.file && each.label === label;
    if (places.some(same) || (primary !== undefined && same(primary))) continue;
    places.push(toPlace(place, label, step.index));
  }
  return places;
}

// If several returns share one exit, the exit has the line of the function's closing brace. The path shows which return
// it was: the line after the branch that leads to the exit, if no other instruction has this line.
function earlyReturn(refusal: Case, at: Step, lines: SourceLines): SourcePlace | undefined {
  const exit = lines.place(at.index, at.line);
  if (at.operation.kind !== "exit" || exit?.text !== "}") return undefined;
  for (const step of refusal.path.back(at)) {
    const { operation } = step;
    if (operation.kind === "constant" || operation.kind === "move" || operation.kind === "goto") continue;
    const before = lines.place(step.index, step.line);
    const branch = operation.kind === "branch" ? before : undefined;
    if (before === undefined || branch === undefined || refusal.path.taken(step) !== true)
      return before && lastReturn(exit, before, lines);
    const line = branch.line + 1;
    const text = lines.text(branch.file, line);
    // Without the source, the line is certain only if exactly one line is between the branch and the next known line.
    const next = lines.next(branch.file, branch.line);
    if (text === undefined ? next !== line + 1 : !/\breturn\b/.test(text)) return undefined;
    return { file: branch.file, line, column: 0, text: text ?? "", indent: branch.indent };
  }
  return undefined;
}

/** The return above the closing brace, when it follows the last line of the path. */
function lastReturn(exit: SourcePlace, before: SourcePlace, lines: SourceLines): SourcePlace | undefined {
  const line = exit.line - 1;
  const text = lines.text(exit.file, line) ?? "";
  return /^return\b/.test(text) && before.file === exit.file && before.line < line
    ? { file: exit.file, line, column: 0, text, indent: exit.indent }
    : undefined;
}
