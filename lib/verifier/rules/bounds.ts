import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import type { Step } from "../log.ts";
import { type Bounds, inWords, rangeInWords, signedBounds } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";
import { code, type NumberIn, numberIn } from "./number.ts";

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
      const number = numberIn(c, register.toLowerCase());
      const { name, bounds, marks } = number;
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
        ...(number.merged
          ? mergedHelp(number)
          : {
              help: isBounded
                ? `Make sure that it is at least 1${code(name, `if (${name} == 0) return …`)}`
                : `Make sure that it is at least 1, and at most the size of the memory${code(name, `if (${name} == 0 || ${name} > …) return …`)}`,
            }),
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

function bothBounds(name: string): string {
  return `Make ${name} unsigned before it is compared, or check both bounds${code(name, `if (${name} >= 0 && ${name} < …)`)}`;
}

function length(c: Case, register: string, problem: string): Finding {
  const number = numberIn(c, register.toLowerCase());
  const { name, bounds, marks, check } = number;
  const callee = c.callee === undefined ? "the call" : `${c.callee}()`;
  if (bounds !== undefined && bounds.min === bounds.max)
    return {
      title: `${callee} is given a length of ${BigInt.asIntN(32, bounds.min)}`,
      label: "not a length",
      help: "Give the size of the memory: sizeof(variable)",
    };
  const title = `${name}, a length that ${callee} is given, ${problem}`;
  const label = `${name} ${problem}`;
  if (number.merged) return { title, label, marks, ...mergedHelp(number) };
  return {
    title,
    label,
    marks,
    notes: [isNarrow(c, check) ? narrowNote : numberNote(name, bounds)],
    help: isNarrow(c, check)
      ? `Declare ${name} with 64 bits (__u64), so that the comparison is of the number that is passed, or mask it with a constant${code(name, `${name} &= …`)}`
      : bounds !== undefined && bounds.min < 0n && bounds.max < largestLength
        ? `Return first when ${name} is negative, which an error of the call that gave it is${code(name, `if (${name} < 0) return …`)}`
        : `Bound the length first: make ${name} unsigned and return when it is larger than the buffer, or mask it with a constant${code(name, `${name} &= …`)}`,
  };
}

/** The advice where clang made one comparison of two, which some kernels learn nothing from. */
function mergedHelp({ name }: NumberIn): { notes: string[]; help: string } {
  return {
    notes: [`clang made one comparison of two, and this kernel learns no bounds of ${name} from it`],
    help: `Keep the comparisons apart${code(name, `asm volatile("" : "+r"(${name})) between them`)}`,
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
    if (value !== undefined) return signedBounds(value) !== undefined;
    const made = c.path.origin(register, added).step?.operation;
    return made?.kind === "helper" && /_(lookup_elem|reserve|storage_get)$/.test(made.name)
      ? false
      : undefined;
  };
  return isNumber(operand) === false && isNumber(added.operation.to) !== false ? added.operation.to : operand;
}
