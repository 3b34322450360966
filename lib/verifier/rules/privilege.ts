import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import { type Rule, rule } from "../rule.ts";

/** Operations that the verifier allows only to programs loaded with CAP_PERFMON. */
export const privilegeRules: readonly Rule[] = [
  rule(
    "privilege",
    /^R\d+ (?:pointer -= pointer prohibited|pointer comparison prohibited|pointer arithmetic prohibited)$/,
    (_, c) => perfmon(c, "arithmetic with, and comparison of, two pointers"),
  ),
  rule("privilege", /^R\d+ leaks addr (?:into|as) (.*)$/, ([where = ""], c) =>
    perfmon(c, `a pointer that leaves the program (${where})`),
  ),
  rule(
    "privilege",
    /^(?:R\d+ partial copy of pointer|R\d+ sign-extension part of pointer|leaking pointer from stack off -?\d+|attempt to corrupt spilled pointer on stack)$/,
    (_, c) => perfmon(c, "a part of a pointer that is read as a number"),
  ),
  rule("privilege", /prohibited for !root/, (_, c) =>
    perfmon(c, "an access to the stack or a map at an offset that is not constant"),
  ),
  rule(
    "privilege",
    /^(?:R\d+ (?:has unknown scalar with mixed signed bounds|has pointer with unsupported alu operation|tried to \w+ (?:beyond pointer bounds|from different maps, paths or scalars)|could not be pushed for speculative verification), .*)$/,
    (_, c) => perfmon(c, "pointer arithmetic that speculation could lead astray"),
  ),
  rule(
    "privilege",
    /(?:allowed only to CAP_PERFMON and CAP_SYS_ADMIN|allowed for (?:CAP_BPF and CAP_SYS_ADMIN|root only)|CAP_BPF and CAP_PERFMON are required to use arena)/,
    (_, c) => perfmon(c, "this"),
  ),
];

function perfmon(c: Case, what: string): Finding {
  return {
    title: `the verifier allows ${what} only with CAP_PERFMON`,
    label: "needs CAP_PERFMON",
    help:
      c.facts.missingPerfmon?.() ??
      "Load the program with CAP_PERFMON (and CAP_BPF): the code may be right as it is",
  };
}
