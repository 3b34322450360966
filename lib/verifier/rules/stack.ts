import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import type { Step } from "../log.ts";
import { rangeInWords } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";
import type { SourceFunction, SourcePlace } from "../source-lines.ts";
import { bytes } from "./bytes.ts";
import { code, numberIn } from "./number.ts";

const limit = 512;

/** The stack of programs, and calls. */
export const stackRules: readonly Rule[] = [
  // Bytes of the stack that were not written: "off A+B size N", before 6.x with "indirect".
  rule(
    "stack-uninitialized",
    /^invalid (?:indirect )?read from stack (?:(R\d+) )?off (-?\d+)\+(\d+) size (\d+)$/,
    ([register, off = "", at = "", size = ""], c) =>
      uninitialized(c, register, Number(off) + Number(at), size, Number(at)),
  ),
  rule(
    "stack-uninitialized",
    /^invalid (?:indirect )?read from stack (?:(R\d+) )?var_off \S+ ?\S*\+(\d+) size (\d+)$/,
    ([register, , size = ""], c) => uninitialized(c, register, undefined, size),
  ),
  rule(
    "stack-bounds",
    /^invalid(?: (?:write to|read from|indirect access to|indirect read from|access to|variable-offset (?:write to|read from|indirect access to)))? stack (?:(R\d+) )?off=(-?\d+) (?:access_)?size=(-?\d+)/,
    ([register, off = "0", size = "0"], c) => outside(c, register, Number(off), Number(size)),
  ),
  rule(
    "stack-bounds",
    /^invalid (?:unbounded )?variable-offset(?: (?:write to|read from|indirect access to))? stack (R\d+)/,
    ([register = ""], c) => {
      const added = c
        .origin(register)
        .changes.find(({ operation }) => operation.kind === "arithmetic" && /^r\d+$/.test(operation.operand));
      const operand = added?.operation.kind === "arithmetic" ? added.operation.operand : undefined;
      const { name, bounds, marks } = numberIn(c, operand, added);
      return {
        title: `the index of an array on the stack may be outside of it`,
        label: "may be outside of the array",
        marks: [added && { step: added, label: `${name} is added here` }, ...marks],
        notes: [bounds && `${name} is ${rangeInWords(bounds)}`],
        help: `Check ${name} against both bounds of the array first, as an unsigned number, or mask it${code(name, `${name} & …`)}`,
      };
    },
  ),
  rule("stack-bounds", /^invalid unbounded variable-offset(?: \w+)* stack/, () => ({
    title: "the index of an array on the stack has no bound",
    help: "Check the index against both bounds of the array first, as an unsigned number",
  })),
  rule(
    "stack-too-large",
    /^combined stack size of (\d+) calls is (\d+)\. Too large$/,
    ([calls = "", size = ""], c) => ({
      title: `the functions of a chain of ${calls} calls use ${size} bytes of stack together, and have ${limit}`,
      at: firstCall(c),
      place: firstCall(c) ? undefined : callPlace(c, c.facts.program.name),
      label: "the chain of calls begins here",
      help: `Keep large variables in a map (a per-CPU array of one element), or make them smaller: all functions of a chain of calls share ${limit} bytes`,
    }),
  ),
  rule(
    "stack-too-large",
    /^stack size(?: of subprog \d+)? (?:is )?(\d+)(?:\(extra \d+\))?(?:\. Too large| is too large)$/,
    ([size = ""]) => ({
      title: `a function uses ${size} bytes of stack, and has ${limit}`,
      help: `Keep large variables in a map (a per-CPU array of one element), or make them smaller`,
    }),
  ),
  // With an exclamation mark, the number does not include the last frame.
  rule("calls-too-deep", /^the call stack of (\d+) frames is too deep( !)?/, ([frames = "", before], c) => {
    const recursive = recursionIn(c);
    if (recursive !== undefined) return recursive;
    const allowed = Number(frames) - (before === undefined ? 1 : 0);
    return {
      title: `functions call each other too deep (${allowed + 1} frames): ${allowed} are allowed, the program's own among them`,
      at: firstCall(c),
      place: firstCall(c) ? undefined : callPlace(c, c.facts.program.name),
      label: "the chain of calls begins here",
      help: `Make the chain shorter: ${allowed} frames with the program itself. Mark small functions __always_inline`,
    };
  }),
  rule("recursion", /^recursive call from (\w+)(?:\(\))? to (\w+)(?:\(\))?$/, ([from = "", to = ""], c) =>
    recursion(c, from, to),
  ),
  rule(
    "tail-call-stack",
    /^tail_calls are not allowed when call stack of previous frames is (\d+) bytes\. Too large$/,
    ([size = ""], c) => ({
      title: `a function that makes a tail call is called with ${size} bytes of stack in use, and 256 are allowed`,
      place: only(c.lines.calls(12)),
      label: "the tail call",
      help: "Use less than 256 bytes of stack in the functions that lead to the tail call, or make the tail call in the program itself",
    }),
  ),
  rule("frame-pointer", /^frame pointer is read only$/, () => ({
    title: "register r10, the frame pointer, is written",
    help: "Copy r10 to another register, and move that",
  })),
  rule(
    "stack-corrupted",
    /^corrupted spill memory|^(?:attempt to corrupt spilled pointer on stack|invalid size of register (?:fill|spill))$/,
    () => ({
      title: "a pointer that was saved on the stack is read or overwritten in part",
      help: "Read and write pointers on the stack whole: 8 bytes, aligned to 8",
    }),
  ),
  rule("stack-returned", /^cannot return stack pointer to the caller$/, (_, c) => ({
    title: `${c.function}() returns the address of a variable of its own stack, which ends with it`,
    label: "returned here",
    help: "Let the caller pass the address of its own variable, or return the value",
  })),
  rule("stack-poisoned", /^reading from stack .*slot poisoned by dead code elimination$/, () => ({
    title: "the program reads a place of the stack that is written on no way that the verifier followed",
  })),
];

function uninitialized(
  c: Case,
  register: string | undefined,
  off: number | undefined,
  size: string,
  written = 0,
): Finding {
  const name = register === undefined ? undefined : c.variable(register);
  const place = off === undefined ? "the stack" : `the stack at ${off}`;
  const callee = c.callee === undefined ? "" : `${c.callee}() `;
  const dynptr = off === undefined || c.at === undefined ? undefined : dynptrAt(c, off);
  if (dynptr !== undefined && written > 0 && c.callee !== undefined)
    return {
      title: `${c.callee}() receives ${size} bytes at ${name ?? "the stack"}, of which only ${written} can be read: a dynptr is behind them`,
      label: `longer than the ${written} bytes there`,
      help: `Pass a buffer of ${size} bytes, or the size of this one: sizeof(${name?.replace(/^&/, "") ?? "buffer"})`,
    };
  if (dynptr !== undefined)
    return {
      title: `${callee === "" ? "the program " : callee}reads ${place}, where a dynptr is: a program cannot read the bytes of one`,
      label: "a dynptr is read as memory",
      help: "Read what the dynptr leads to with bpf_dynptr_read(), bpf_dynptr_data() or bpf_dynptr_slice()",
    };
  return {
    title: `${callee === "" ? "the program " : callee}reads ${name ?? place}, of which not all bytes were written`,
    label: `${bytes(size)} of it are read`,
    notes: [
      off === undefined
        ? undefined
        : `the byte at ${off} of the stack was not written: it may be padding between members, or a variable without a value`,
      element(c, register) && `${element(c, register)} has ${bytes(size)}`,
    ],
    help: `Initialize ${name?.replace(/^&/, "") ?? "the whole variable"} first, padding included: struct … = {} or __builtin_memset()`,
  };
}

// A dynptr or iterator on the stack is not readable as bytes.
function dynptrAt(c: Case, off: number): string | undefined {
  const slot = Math.floor(off / 8) * 8;
  for (const at of [slot, slot + 8]) {
    const value = c.value(`fp${at}`);
    if (value !== undefined && /^dynptr/.test(value)) return value;
  }
  return undefined;
}

function outside(c: Case, register: string | undefined, off: number, size: number): Finding {
  const end = off + size;
  // Before Linux 6.3 memory of the stack that no instruction wrote is said to be outside of it.
  if (off >= -limit && end <= 0)
    return { id: "stack-uninitialized", ...uninitialized(c, register, off, `${size}`) };
  if (off < -limit)
    return {
      title: `a function uses more than ${limit} bytes of stack: the access is ${-off} bytes below its top`,
      label: `outside of the ${limit} bytes`,
      help: `Keep large variables in a map (a per-CPU array of one element), or make them smaller: the stack has ${limit} bytes`,
    };
  const title =
    end > 0
      ? `${size} bytes at ${off} of the stack end past its top`
      : `${size} bytes at ${off} of the stack are outside of it`;
  const named = register === undefined ? undefined : c.variable(register);
  const called = c.calledAt(c.at);
  if (called !== undefined && c.callee === undefined)
    return {
      title: `${called}() takes ${size} bytes through its pointer, and ${end > 0 ? `${Math.max(-off, 0)} are left on the stack there` : "they are not on the stack"}`,
      label: `passes a pointer to ${size} bytes`,
      help: `Pass the address of a variable that has all ${size} bytes of the parameter's type`,
    };
  const wanted = element(c, register);
  if (wanted !== undefined && end > 0)
    return {
      title: `${c.callee}() takes ${bytes(size)}, ${wanted}, and ${Math.max(-off, 0)} are left on the stack${named === undefined ? "" : ` at ${named}`}`,
      label: `takes ${bytes(size)}`,
      help: `Pass the address of a variable that has all ${bytes(size)} of ${wanted}`,
    };
  return {
    title: named === undefined ? title : `${title} (${named})`,
    label: "outside of the stack",
    help:
      size > 1 && c.callee !== undefined
        ? "Give the size of the variable that the pointer leads to: sizeof(variable)"
        : "Check the index against the bounds of the array first",
  };
}

/** The part of a map that a helper for maps takes in a register: `a key of map "hash"`. */
export function element(c: Case, register: string | undefined): string | undefined {
  const [, does] =
    /^bpf_map_(lookup|lookup_percpu|update|delete|push|pop|peek)_elem$/.exec(c.callee ?? "") ?? [];
  if (does === undefined || (register !== "R2" && register !== "R3")) return undefined;
  const name = c.map("R1");
  const part = register === "R2" && !/^(push|pop|peek)$/.test(does) ? "key" : "value";
  return `a ${part} of ${name === undefined ? "the map" : `map "${name}"`}`;
}

/** The recursion in the functions of the program. */
export function recursionIn(c: Case): Finding | undefined {
  const cycle = cycleOf(c.lines.functions);
  return cycle && recursion(c, cycle[0], cycle[1] ?? cycle[0]);
}

function recursion(c: Case, from: string, to: string): Finding {
  return {
    id: "recursion",
    title: `${from}() calls ${to === from ? "itself" : `${to}(), which leads back to it`}: programs cannot recurse`,
    place: callPlace(c, from, to),
    label: "the recursive call",
    help: "Make a loop of it, with a bound, or end it with bpf_tail_call()",
  };
}

function firstCall(c: Case): Step | undefined {
  return c.path.steps.find(({ operation }) => operation.kind === "call");
}

/** The line on which a function calls another. */
function callPlace(c: Case, from: string, to?: string): SourcePlace | undefined {
  const uses = c.lines.functions.find(({ name }) => name === from)?.uses ?? [];
  const call = [...uses].find(([, used]) => to === undefined || used === to);
  return call && c.lines.place(call[0], undefined);
}

/** Functions of which each calls the next, and the last the first. */
function cycleOf(functions: readonly SourceFunction[]): readonly [string, ...string[]] | undefined {
  const follow = (path: readonly string[]): readonly string[] | undefined => {
    const last = functions.find(({ name }) => name === path.at(-1));
    for (const next of new Set(last?.uses.values())) {
      const at = path.indexOf(next);
      const cycle = at >= 0 ? path.slice(at) : follow([...path, next]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  const found = functions[0] && follow([functions[0].name]);
  return found?.[0] === undefined ? undefined : [found[0], ...found.slice(1)];
}

/** The element of a list with one element. */
function only<T>(all: readonly T[]): T | undefined {
  return all.length === 1 ? all[0] : undefined;
}
