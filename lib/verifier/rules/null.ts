import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import { type Rule, rule } from "../rule.ts";

/** Pointers that may be NULL. */
export const nullRules: readonly Rule[] = [
  rule(
    "null-check-missing",
    /^(R\d+) invalid mem access '\w*(?:_or_null|ptr_or_null)_?\w*'$/,
    ([register = ""], c) => mayBeNull(c, register, "is used here"),
  ),
  rule(
    "null-check-missing",
    /^(R\d+) pointer arithmetic on \w*_or_null\w* prohibited(?:, null-check it first)?$/,
    ([register = ""], c) => mayBeNull(c, register, "is moved here"),
  ),
  rule(
    "null-check-missing",
    /^Possibly NULL pointer passed to (?:trusted |helper )?(?:arg#?(\d+)|(R\d+))/,
    ([number, register], c) => {
      const name = register ?? `R${Number(number) + firstArgument(c)}`;
      return mayBeNull(c, name, `goes to ${c.callee ?? "the function"}() here`);
    },
  ),
  rule("null-check-missing", /^(R\d+) type=(\w*_or_null\w*) expected=/, ([register = ""], c) =>
    mayBeNull(c, register, `goes to ${c.callee ?? "the function"}() here`),
  ),
  rule("null-argument", /^(R\d+|\*?arg#?\d+) is expected to be non-NULL$/, ([register = ""], c) => ({
    title: `${c.name(register)} may be NULL, and the function that it goes to takes no NULL`,
    help: "Compare it with NULL before the call",
  })),
];

// Until Linux 6.10, arguments of kfuncs are numbered from 0, those of helpers from 1.
function firstArgument(c: Case): number {
  return c.sentences.some((text) => /passed to trusted arg/.test(text)) ? 1 : 0;
}

function mayBeNull(c: Case, register: string, use: string): Finding {
  const name = c.name(register);
  const named = c.variable(register);
  const { step } = c.origin(register);
  if (c.log.validating !== undefined && step === undefined) {
    const what = named ?? "the argument";
    return {
      title: `${what === "the argument" ? "an argument of " : `${what} of `}${c.function}() may be NULL`,
      label: "used without a check",
      notes: ["A global function is verified by itself, for all that its parameters may be"],
      help: `Compare it with NULL in ${c.function}() first, make the function static, or declare the parameter with __arg_nonnull`,
    };
  }
  // What is passed may be a member of what must be checked.
  const checked = /^&([A-Za-z_]\w*)->/.exec(named ?? "")?.[1] ?? named;
  const maker = step?.operation.kind === "helper" ? `${step.operation.name}()` : undefined;
  const check = checked === undefined ? "Compare the pointer with NULL" : `Check ${checked} for NULL`;
  const how = checked !== undefined && /^[A-Za-z_]\w*$/.test(checked) ? `: if (!${checked}) return …` : "";
  return {
    title: `${checked ?? name} may be NULL${maker === undefined ? "" : `: ${maker} may return NULL`}`,
    label: use,
    marks:
      step === undefined
        ? []
        : [{ step, label: maker === undefined ? "comes from here" : "may be NULL from here on" }],
    help: `${check} before it is used${how}`,
  };
}
