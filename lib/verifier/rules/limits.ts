import type { Case } from "../case.ts";
import type { Step } from "../log.ts";
import { type Rule, rule } from "../rule.ts";
import { recursionIn } from "./stack.ts";

/** Programs that are too long, and loops. */
export const limitRules: readonly Rule[] = [
  rule("too-many-instructions", /^BPF program is too large\. Processed (\d+) insn$/, ([count = ""], c) =>
    tooComplex(
      c,
      `the verifier went through ${Number(count) - 1} instructions over all paths, and gives up there`,
    ),
  ),
  rule(
    "too-many-branches",
    /^The sequence of (\d+) jumps is too complex(?: for async cb)?\.$/,
    ([jumps = ""], c) =>
      tooComplex(c, `${Number(jumps) - 1} branches are open at once, and the verifier gives up there`),
  ),
  rule("too-many-instructions", /^program too large|^too many (?:subprograms|states)/, (_, c) =>
    tooComplex(c, "the program is too large"),
  ),
  rule("endless-loop", /^infinite loop detected at insn (\d+)$/, ([index = ""], c) => {
    const head = c.path.find(Number(index));
    return {
      title: "a loop may never end: the verifier came to the same instruction with the same values",
      at: loopJump(c, head) ?? head,
      label: "the loop begins anew here",
      marks: [],
      help: "Give the loop a bound that the verifier can see (a counter that changes, and a constant limit), or use bpf_loop(), bpf_for() or bpf_repeat()",
    };
  }),
  rule(
    "endless-loop",
    /^(?:back-edge from insn (\d+) to (\d+)|loop detected)/,
    ([from], c) =>
      recursionIn(c) ?? {
        title: "the program has a loop, which this kernel does not allow in this program",
        at: from === undefined ? undefined : c.path.find(Number(from)),
        notes: c.facts.missingPerfmon?.() === undefined ? [] : ["loops take CAP_BPF and CAP_PERFMON"],
        help: "Unroll it (#pragma unroll), or use bpf_loop()",
      },
  ),
  rule("loop-limit", /^frame\d+ bpf_loop iteration limit reached$/, () => ({
    title: "the callback of bpf_loop() is entered more often than the verifier follows",
  })),
  rule("unreachable", /^unreachable insn (\d+)$/, ([index = ""]) => ({
    title: `instruction ${index} cannot be reached by any path`,
    help: "Remove the code behind an unconditional jump or exit; clang makes some of undefined behaviour: compile with -Wall and look at that place",
  })),
  rule(
    "no-exit",
    /^(?:last insn is not an exit or jmp|jump out of range from insn \d+ to \d+|invalid insn idx \d+ insn_cnt \d+)$/,
    () => ({
      title: "the program can run past its end",
      help: "Return on every path; clang leaves the return out after undefined behaviour such as an uninitialized variable or a division by zero",
    }),
  ),
  rule("trap", /^unexpected __bpf_trap\(\) due to uninitialized variable\?$/, () => ({
    title: "clang found undefined behaviour here, such as the use of an uninitialized variable",
    help: "Give every variable a value on every path; compile with -Wall to see which",
  })),
];

function tooComplex(c: Case, title: string) {
  const loop = hottestLoop(c);
  return {
    title: loop === undefined ? title : `a loop is too long: ${title}`,
    at: loop,
    label: loop === undefined ? undefined : "most of it goes round here",
    notes:
      c.log.processed === undefined
        ? []
        : [`${c.log.processed} instructions were followed over all paths; the limit is 1000000`],
    help: "Use bpf_loop() or bpf_for(), whose body is verified once; make loops shorter, and take parts with many branches out into global functions (not static)",
  };
}

/** The backward jump that the path took most often, or the one to the most frequent loop head. */
function hottestLoop(c: Case): Step | undefined {
  const counts = new Map<number, { count: number; step: Step }>();
  const { steps } = c.path;
  for (let at = 1; at < steps.length; at++) {
    const from = steps[at - 1] as Step;
    const to = steps[at] as Step;
    if (to.index > from.index || from.frame !== to.frame || from.operation.kind === "exit") continue;
    const seen = counts.get(from.index) ?? { count: 0, step: from };
    seen.count++;
    counts.set(from.index, seen);
  }
  let best: { count: number; step: Step } | undefined;
  for (const each of counts.values()) if (best === undefined || each.count > best.count) best = each;
  return best !== undefined && best.count > 1 ? best.step : undefined;
}

/** The jump that leads back to the head of a loop. */
function loopJump(c: Case, head: Step | undefined): Step | undefined {
  if (head === undefined) return undefined;
  return c.path.steps.findLast(
    ({ operation, index }) =>
      (operation.kind === "branch" || operation.kind === "goto") &&
      operation.target === head.index &&
      index >= head.index,
  );
}
