import type { Sentence, Step, VerifierLog } from "./log.ts";
import type { Rank, Rule } from "./rule.ts";
import { rules } from "./rules/index.ts";
import { silentRule } from "./rules/silent.ts";

const weight: Readonly<Record<Rank, number>> = { cause: 3, remark: 1, consequence: 0 };
const unknown = 2;

/** The sentence with the reason, and its interpretation. */
export interface Reason {
  readonly text: string;
  /** The sentence with the consequences that the verifier printed. */
  readonly said: string;
  readonly rule: Rule | undefined;
  /** The match of the rule's pattern. */
  readonly groups: readonly string[];
}

/** The sentences after the last instruction, or all sentences when the program was refused as a whole. */
export function lastSentences({ steps, sentences }: VerifierLog): readonly Sentence[] {
  const last = sentences.filter(({ after }) => after >= steps.length);
  return last.length > 0 ? last : sentences;
}

/**
 * The call at which the verifier stopped without a sentence. The log of an accepted program ends elsewhere: at an exit or
 * where paths meet.
 */
export function silentReason({ steps, processed = 0 }: VerifierLog): Reason | undefined {
  const operation = steps.at(-1)?.operation;
  if (processed === 0 || operation?.kind !== "helper") return undefined;
  const text = `the verifier prints no reason for its refusal of the call ${operation.name}`;
  return { text, said: text, rule: silentRule, groups: [operation.name] };
}

/** Finds the reason among the sentences of a log by their known meanings. Undefined if there is none. */
export function reasonOf(sentences: readonly Sentence[]): Reason | undefined {
  let best: { reason: Reason; weight: number } | undefined;
  const consequences: string[] = [];
  for (const { text } of sentences) {
    const found = ruleFor(text);
    const weighs = found.rule === undefined ? unknown : weight[found.rule.rank];
    if (weighs === 0) consequences.push(text);
    if (best === undefined || weighs > best.weight) best = { reason: found, weight: weighs };
  }
  if (best === undefined) return undefined;
  const { text } = best.reason;
  return { ...best.reason, said: [text, ...consequences.filter((each) => each !== text)].join("; ") };
}

function ruleFor(text: string): Reason {
  for (const rule of rules) {
    const match = rule.words.exec(text);
    if (match !== null) return { text, said: text, rule, groups: match.slice(1) };
  }
  return { text, said: text, rule: undefined, groups: [] };
}

// Sentences that name their instruction, because it is not the last one: the verifier found the fault in a scan of the
// program, or at an earlier instruction.
const naming =
  /^(?:infinite loop detected at insn|back-edge from insn|unreachable insn|jump out of range from insn|invalid (?:bpf_ld_imm64 )?insn|insn|bpf_throw kfunc \(insn|jump into the middle of ldimm64 insn|jump table for insn) (\d+)/;

/** The instruction to which a sentence refers: the one that it names, or the last one before it. */
export function stepOf(
  log: VerifierLog,
  text: string,
): { index: number | undefined; step: Step | undefined } {
  const named = naming.exec(text)?.[1];
  if (named !== undefined) {
    const index = Number(named);
    return { index, step: log.steps.findLast((step) => step.index === index) };
  }
  const sentence = log.sentences.findLast((each) => each.text === text);
  const step = sentence === undefined ? undefined : log.steps[sentence.after - 1];
  return { index: step?.index, step };
}
