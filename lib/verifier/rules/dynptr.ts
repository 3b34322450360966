import type { Case } from "../case.ts";
import type { Step } from "../log.ts";
import { type Rule, rule } from "../rule.ts";

/** The function that fills a dynptr of a type. */
const fillers: Readonly<Record<string, string>> = {
  local: "bpf_dynptr_from_mem",
  ringbuf: "bpf_ringbuf_reserve_dynptr",
  skb: "bpf_dynptr_from_skb",
  skb_meta: "bpf_dynptr_from_skb_meta",
  xdp: "bpf_dynptr_from_xdp",
  file: "bpf_dynptr_from_file",
};

/** Dynptrs, iterators, and flags on the stack that only helpers may touch. */
export const dynptrRules: readonly Rule[] = [
  rule("dynptr-uninitialized", /^Expected an initialized dynptr as (?:arg ?#?(\d+)|(R\d+))/, (groups, c) => {
    const released = c.at && [...c.path.back(c.at)].find(isRelease);
    if (released?.operation.kind === "helper")
      return {
        title: `${named(c, groups)} holds nothing: ${released.operation.name}() released what it held`,
        label: "holds nothing by now",
        marks: [{ step: released, label: "released here" }],
        help: `Use it before ${released.operation.name}(), and release it once on each path`,
      };
    return {
      title: `${named(c, groups)} is not an initialized dynptr`,
      label: "not initialized, released, or overwritten",
      help: "Initialize the dynptr first, with bpf_dynptr_from_mem(), bpf_dynptr_from_skb(), bpf_dynptr_from_xdp() or bpf_ringbuf_reserve_dynptr(), and pass its own address, once it holds something",
    };
  }),
  rule(
    "dynptr-type",
    /^Expected a dynptr of type (.+) as (?:arg ?#?(\d+)|(R\d+))/,
    ([type = "", ...groups], c) => ({
      title: `${named(c, groups)} is a dynptr of another type: ${c.callee ?? "the function"}() takes one of type ${type}`,
      help: fillers[type] && `Pass a dynptr that ${fillers[type]}() filled`,
    }),
  ),
  rule("not-acquired", /^cannot release unowned const bpf_dynptr$/, (_, c) => ({
    title: `${c.callee ?? "the call"}${c.callee === undefined ? "" : "()"} releases a dynptr that the callback was only lent`,
    help: "Leave the call out: the kernel releases the dynptr after the callback",
  })),
  rule("dynptr-in-use", /^Dynptr has to be an uninitialized dynptr$/, (_, c) => ({
    title: `${c.callee ?? "the function"}() initializes a dynptr that is in use already`,
    help: "Give it a dynptr of its own on the stack, aligned to 8 bytes, that holds nothing yet",
  })),
  rule(
    "dynptr-overwritten",
    /^(?:cannot overwrite referenced dynptr|potential write to dynptr at off=-?\d+ disallowed)$/,
    (_, c) => ({
      title: "a dynptr is overwritten on the stack while it is in use",
      label: "overwritten here",
      help: `Release the record first (bpf_ringbuf_submit_dynptr() or bpf_ringbuf_discard_dynptr()), and write only to other variables${c.callee === undefined ? "" : `: ${c.callee}() writes to memory that holds the dynptr`}`,
    }),
  ),
  rule(
    "dynptr-offset",
    /^(?:cannot pass in dynptr at an offset=-?\d+|dynptr has to be at a constant offset)$/,
    (_, c) => ({
      title: `${c.callee ?? "the function"}() receives an address within or beside a dynptr`,
      help: "Pass the address of the dynptr itself: &ptr, a variable on the stack",
    }),
  ),
  rule(
    "dynptr-argument",
    /^(?:arg#?\d+|\*?R\d+) expected pointer to stack or const struct bpf_dynptr$/,
    (_, c) => ({
      title: `${c.callee ?? "the function"}() expects a dynptr, and receives something else`,
      help: "Pass the address of a struct bpf_dynptr on the stack",
    }),
  ),
  rule("dynptr-memory", /^Unsupported reg type (\w+) for bpf_dynptr_from_mem data$/, ([type = ""], c) => ({
    title: `bpf_dynptr_from_mem() expects memory of a map value, and receives ${c.words("R1") ?? type}`,
    help: "Pass a pointer to a map value",
  })),
  rule(
    "dynptr-read-only",
    /^(?:CONST_PTR_TO_DYNPTR cannot be released|cannot pass pointer to const bpf_dynptr, the helper mutates it)/,
    (_, c) => ({
      title: "the dynptr is the callback's argument, which it may only read from",
      help: c.sentences.some((text) => /cannot be released/.test(text))
        ? `Leave out ${c.callee ?? "the release"}(): the helper that calls the callback releases the record`
        : "Read from it with bpf_dynptr_read(), bpf_dynptr_data() or bpf_dynptr_slice()",
    }),
  ),
  rule(
    "iterator-uninitialized",
    /^expected an initialized (iter_\w+|irq flag) as (?:arg ?#?(\d+)|(R\d+))/,
    ([what = "", ...groups], c) => ({
      title: `${named(c, groups)} is not ${what === "irq flag" ? "a saved interrupt state" : `an initialized iterator (${what})`}`,
      label: "not initialized, or already released",
      help:
        what === "irq flag"
          ? "Save it first with bpf_local_irq_save(), restore it once, and do not write to it"
          : `Begin with bpf_${what}_new(), end with bpf_${what}_destroy(), and do not write to the iterator in between`,
    }),
  ),
  rule(
    "iterator-in-use",
    /^expected uninitialized (iter_\w+|irq flag) as (?:arg ?#?(\d+)|(R\d+))/,
    ([what = "", ...groups], c) => ({
      title: `${named(c, groups)} is in use already`,
      help:
        what === "irq flag"
          ? "Save to a variable that holds no saved state"
          : `End it first with bpf_${what}_destroy(), or take another variable on the stack`,
    }),
  ),
  rule(
    "iterator-argument",
    /^(?:(?:arg#?\d+|\*?R\d+) expected pointer to an iterator on stack|expected valid iter pointer as (?:arg ?#?\d+|R\d+))$/,
    (_, c) => ({
      title: `${c.callee ?? "the function"}() expects an iterator on the stack, and receives something else`,
      help: "Pass the address of a struct bpf_iter_… that is a variable of the function",
    }),
  ),
  rule(
    "iterator-argument",
    /^cannot pass in iter at an offset=/,
    () => ({ title: "the address of an iterator is passed with an offset" }),
    "consequence",
  ),
  rule("irq-argument", /^(?:arg#?\d+|\*?R\d+) doesn't point to an irq flag on stack$/, (_, c) => ({
    title: `${c.callee ?? "the function"}() takes the address of an unsigned long on the stack`,
    help: "Pass the address of a variable of the function: unsigned long flags",
  })),
];

function isRelease({ operation }: Step): boolean {
  return operation.kind === "helper" && /^bpf_ringbuf_(submit|discard)_dynptr$/.test(operation.name);
}

function named(c: Case, [number, register]: readonly (string | undefined)[]): string {
  const name = register ?? dynptrRegister(c) ?? argumentRegister(c, Number(number));
  const text = c.argument(name);
  return text ?? `argument ${name.slice(1)} of ${c.callee ?? "the function"}()`;
}

// The number of the dynptr argument of a helper. Linux 6.1 counts from 1, Linux 6.18 from 0.
function dynptrRegister(c: Case): string | undefined {
  if (!isHelper(c) || !/dynptr/.test(c.callee ?? "")) return undefined;
  if (c.callee === "bpf_dynptr_read") return "R3";
  return /^bpf_(dynptr_from_mem|ringbuf_reserve_dynptr)$/.test(c.callee ?? "") ? "R4" : "R1";
}

// Helpers count arguments from 1. For kfuncs the verifier counted from 0 until Linux 7.x.
function argumentRegister(c: Case, number: number): string {
  const counted = c.sentences.some((text) => /as arg ?#\d/.test(text)) && !isHelper(c);
  return `R${counted ? number + 1 : number}`;
}

// The kernel prints a BTF ID after the name of a kfunc, and a number after the name of a helper.
function isHelper(c: Case): boolean {
  const operation = c.at?.operation;
  return operation?.kind === "helper" && operation.number > 0 && operation.number < 1000;
}
