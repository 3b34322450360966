import { assignedName, conditionOf } from "../c-text.ts";
import type { Case } from "../case.ts";
import type { Finding, Mark } from "../finding.ts";
import type { Step } from "../log.ts";
import { type Bounds, comparedRange, inWords, rangeInWords, signedBounds } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";

/** Offsets, indices and lengths without a bound. */
export const boundsRules: readonly Rule[] = [
  rule(
    "offset-unbounded",
    /^math between (\w+) pointer and register with unbounded min value is not allowed$/,
    ([pointer = ""], c) => {
      const register = c.at && numberOf(c, c.at);
      const { name, bounds, marks, check } = numberIn(c, register);
      if (check === undefined && (bounds === undefined || rangeInWords(bounds) === "any number"))
        return {
          title: `${name}, which is added to ${inWords(pointer)}, has no bounds`,
          label: `${name} has no bounds`,
          marks,
          ...boundsHelp(c, name),
        };
      return {
        title: `${name}, which is added to ${inWords(pointer)}, may be negative`,
        label: `${name} has no lower bound`,
        marks,
        notes: [bounds && `${name} is ${rangeInWords(bounds)}`],
        help: bothBounds(name),
      };
    },
  ),
  rule(
    "offset-too-large",
    /^math between (\w+) pointer and (-?\d+) is not allowed$/,
    ([pointer = "", by = ""]) => ({
      title: `${by} is too far from ${inWords(pointer)}: offsets are less than 536870912 either way`,
      help: "Check the bounds of the offset before it is added, and use a type of 64 bits where it wraps",
    }),
  ),
  rule(
    "offset-too-large",
    /^(?:value (-?\d+) makes (\w+) pointer be out of bounds|(\w+) pointer offset (-?\d+) is not allowed)$/,
    ([value, base, other, offset], c) => {
      const far = value ?? offset ?? "";
      const pointer = inWords(base ?? other ?? "");
      const register = c.at && numberOf(c, c.at);
      if (register !== undefined && far.startsWith("-")) {
        const { name, marks } = numberIn(c, register);
        return {
          title: `${name}, which is added to ${pointer}, may be ${far}`,
          label: `${name} may be negative`,
          marks,
          help: bothBounds(name),
        };
      }
      return {
        title: `${far} is too far from ${pointer}: offsets are less than 536870912 either way`,
        help: "Check the bounds of the offset before it is added, and use a type of 64 bits where it wraps",
      };
    },
  ),
  rule(
    "length-negative",
    /^(R\d+) min value is negative, either use unsigned or 'var &= const'$/,
    ([register = ""], c) => length(c, register, "may be negative"),
  ),
  rule(
    "index-negative",
    /^(R\d+) min value is negative, either use unsigned index or do a if \(index >=0\) check\.$/,
    ([register = ""], c) => index(c, register, "may be negative"),
  ),
  rule(
    "length-unbounded",
    /^(R\d+) unbounded memory access, use 'var &= const' or 'if \(var < const\)'$/,
    ([register = ""], c) => length(c, register, "has no upper bound"),
  ),
  rule(
    "index-unbounded",
    /^(R\d+) unbounded memory access, make sure to bounds check any (?:such|array) access(?: into a map)?$/,
    ([register = ""], c) => index(c, register, "has no upper bound"),
  ),
  rule(
    "length-zero",
    /^(R\d+) invalid zero-sized read(?:: u64=\[(-?\d+),(-?\d+)\])?$/,
    ([register = "", , most = "0"], c) => {
      const { name, bounds, marks } = numberIn(c, register.toLowerCase());
      const isBounded = Math.abs(Number(most)) < largestLength;
      if (bounds?.min === 0n && bounds.max === 0n)
        return {
          title: `${c.callee ?? "the helper"}() receives the length 0`,
          label: "the length is 0",
          help: "Give the size of the memory: sizeof(variable)",
        };
      return {
        title: `${name}, a length that ${c.callee ?? "the helper"}() receives, may be zero${isBounded ? "" : ", and has no upper bound"}`,
        label: `${name} may be zero`,
        marks,
        help: isBounded
          ? `Make sure that it is at least 1${code(name, `if (${name} == 0) return …`)}`
          : `Make sure that it is at least 1, and at most the size of the memory${code(name, `if (${name} == 0 || ${name} > …) return …`)}`,
      };
    },
  ),
  rule("length-zero", /^invalid zero-sized read$/, (_, c) =>
    /^bpf_map_\w+_elem$/.test(c.callee ?? "")
      ? {
          title: `the map that ${c.callee}() receives has no keys`,
          label: "the map has no keys",
          help: withoutKeys(c),
        }
      : {
          title: `the length that ${c.callee ?? "the helper"}() receives may be zero`,
          help: "Make sure that the length is at least 1: return when it is zero",
        },
  ),
  rule(
    "length-invalid",
    / memory, len pair leads to invalid memory access$/,
    () => ({
      title: "a pointer and the length beside it do not fit together",
    }),
    "consequence",
  ),
  rule(
    "memory-bounds",
    /^(R\d+) (?:max|min) value is outside of the allowed memory range$/,
    ([register = ""], c) => ({
      title: `${c.name(register)} may lead outside of the memory`,
    }),
    "consequence",
  ),
];

/** How a map without keys is used. */
function withoutKeys(c: Case): string {
  const map = c.map("R1");
  const type = map === undefined ? undefined : c.facts.mapType?.(map);
  if (type === "bloom-filter")
    return "Add with bpf_map_push_elem(), and ask with bpf_map_peek_elem(): nothing is deleted from a bloom filter";
  if (type === "queue" || type === "stack")
    return /update/.test(c.callee ?? "")
      ? "Add with bpf_map_push_elem()"
      : "Take bpf_map_peek_elem(), or bpf_map_pop_elem(), which removes what it returns";
  if (type === "ringbuf")
    return "Send records with bpf_ringbuf_reserve() or bpf_ringbuf_output(): a program reads nothing from such a map";
  return `Pass a map with keys, or call ${/lookup|delete/.test(c.callee ?? "") ? "bpf_map_peek_elem() or bpf_map_pop_elem() for a queue or stack; a program only writes to ring buffers" : "the helper that the type of the map has: bpf_ringbuf_output() for a ring buffer, bpf_map_push_elem() for a queue or stack"}`;
}

/** BPF_MAX_VAR_SIZ of the verifier: a length that may be larger has no upper bound. */
const largestLength = 2 ** 29;

/** Code with a name in it, where there is a name. */
export function code(name: string, text: string): string {
  return /^(the|a) /.test(name) ? "" : `: ${text}`;
}

function bothBounds(name: string): string {
  return `Make ${name} unsigned before it is compared, or check both bounds${code(name, `if (${name} >= 0 && ${name} < …)`)}`;
}

function length(c: Case, register: string, problem: string): Finding {
  const { name, bounds, marks, check } = numberIn(c, register.toLowerCase());
  const callee = c.callee === undefined ? "the call" : `${c.callee}()`;
  if (bounds !== undefined && bounds.min === bounds.max)
    return {
      title: `${callee} is given a length of ${BigInt.asIntN(32, bounds.min)}`,
      label: "not a length",
      help: "Give the size of the memory: sizeof(variable)",
    };
  return {
    title: `${name}, a length that ${callee} is given, ${problem}`,
    label: `${name} ${problem}`,
    marks,
    notes: [isNarrow(c, check) ? narrowNote : numberNote(name, bounds)],
    help: isNarrow(c, check)
      ? `Declare ${name} with 64 bits (__u64), so that the comparison is of the number that is passed, or mask it with a constant${code(name, `${name} &= …`)}`
      : bounds !== undefined && bounds.min < 0n && bounds.max < largestLength
        ? `Return first when ${name} is negative, which an error of the call that gave it is${code(name, `if (${name} < 0) return …`)}`
        : `Bound the length first: make ${name} unsigned and return when it is larger than the buffer, or mask it with a constant${code(name, `${name} &= …`)}`,
  };
}

/** Whether a comparison is unsigned and of the lower half of a register: the upper half stays unknown. */
function isNarrow(c: Case, check: Step | undefined): boolean {
  const condition = check?.operation.kind === "branch" ? check.operation.condition : "";
  const [, width, register] = /^([rw])(\d+) [<>]/.exec(condition) ?? [];
  if (check === undefined || width === undefined) return false;
  // Before -mcpu=v3, two shifts cut the upper half off.
  return (
    width === "w" ||
    c.path
      .origin(`r${register}`, check)
      .changes.some(
        ({ operation }) =>
          operation.kind === "arithmetic" && operation.operator === ">>" && isHalf(operation.operand),
      )
  );
}

function isHalf(operand: string): boolean {
  return Number(operand) === 32;
}

const narrowNote = "the comparison is of the lower 32 bits only, and clang passes all 64";

function numberNote(name: string, bounds: Bounds | undefined): string | undefined {
  const range = bounds && rangeInWords(bounds);
  return range === undefined || range === "any number" ? undefined : `${name} is ${range}`;
}

// The offset of the pointer is the number that was added.
function index(c: Case, register: string, problem: string): Finding {
  const { at } = c;
  const added = at && lastAddition(c, register, at);
  const operand = added && numberOf(c, added);
  const { name, bounds, marks } =
    added === undefined ? { name: "the offset", bounds: undefined, marks: [] } : numberIn(c, operand, added);
  const { notes, help } = boundsHelp(c, name);
  const isNegative = bounds !== undefined && bounds.min < 0n && bounds.max < largestLength;
  return {
    title: `${name}, which is added to ${pointerWords(c, register)}, ${isNegative ? "may be negative" : problem}`,
    label: `the access may be outside of ${pointerWords(c, register)}`,
    marks: [added && added !== at ? { step: added, label: `${name} is added here` } : undefined, ...marks],
    notes: [numberNote(name, bounds), ...notes],
    help,
  };
}

function boundsHelp(c: Case, name: string): { notes: string[]; help: string } {
  const global = c.log.validating;
  const computed = /^a number computed from (.+)$/.exec(name)?.[1];
  if (computed !== undefined)
    return {
      notes: [`the comparison is of ${computed}: a sum or difference of unsigned numbers may wrap below 0`],
      help: "Compare what is used as the index or offset, after it is computed, with both bounds",
    };
  return global === undefined
    ? {
        notes: [],
        help: `Check ${name} against both bounds first, as an unsigned number${code(name, `if (${name} >= …) return …`)}`,
      }
    : {
        notes: [
          `${global}() is a global function: it is verified by itself, and what its callers check does not count`,
        ],
        help: `Check ${name} inside ${global}(), or make ${global}() static`,
      };
}

function pointerWords(c: Case, register: string): string {
  const value = c.value(register);
  const map = c.map(register);
  if (value === undefined) return "the pointer";
  return map === undefined ? inWords(value) : `a value of map "${map}"`;
}

function lastAddition(c: Case, register: string, at: Step): Step | undefined {
  if (at.operation.kind === "arithmetic") return at;
  return c.path
    .origin(register.toLowerCase(), at)
    .changes.find(({ operation }) => operation.kind === "arithmetic" && /^r\d+$/.test(operation.operand));
}

function operandOf(step: Step | undefined): string | undefined {
  const operation = step?.operation;
  return operation?.kind === "arithmetic" && /^r\d+$/.test(operation.operand) ? operation.operand : undefined;
}

/** The register with the number that an addition adds to a pointer: either of them may be the number. */
function numberOf(c: Case, added: Step): string | undefined {
  const operand = operandOf(added);
  if (operand === undefined || added.operation.kind !== "arithmetic") return operand;
  const isNumber = (register: string) => {
    const value = c.path.value(register.toUpperCase(), added);
    return value === undefined ? undefined : signedBounds(value) !== undefined;
  };
  return isNumber(operand) === false && isNumber(added.operation.to) === true ? added.operation.to : operand;
}

interface NumberIn {
  name: string;
  bounds: Bounds | undefined;
  marks: (Mark | undefined)[];
  /** The last comparison with a constant. */
  check?: Step | undefined;
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
  // A number that was computed from it has its own bounds.
  const isComputed = changes.some(({ operation }) => operation.kind === "arithmetic");
  return {
    name,
    bounds: value === undefined || (isComputed && name !== "the number") ? undefined : signedBounds(value),
    marks: [
      step && step !== before ? { step, label: `${known ?? "the number"} comes from here` } : undefined,
      check && { step: check, label: checked(check) },
    ],
    check,
  };
}

/** Whether a constant was added to a number, or subtracted from it, after a comparison. */
function isSumOf(changes: readonly Step[], check: Step): boolean {
  return changes.some(
    ({ operation, position }) =>
      operation.kind === "arithmetic" &&
      /^[+-]$/.test(operation.operator) &&
      Number(operation.operand) !== 0 &&
      position > check.position,
  );
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
