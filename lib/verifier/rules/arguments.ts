import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import { inWords } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";
import { givenBack } from "./dereference.ts";
import { numberIn } from "./number.ts";

/** Arguments of the wrong kind, and registers without a value. */
export const argumentRules: readonly Rule[] = [
  rule(
    "argument-struct",
    /^(R\d+) is (\w+) expected STRUCT (\w+)/,
    ([register = "", is = "", wanted = ""], c) =>
      givenBack(c, register) ?? {
        title: `${c.name(register)} is ${is === "scalar" ? "a number" : inWords(is)}, and a pointer to struct ${wanted} is expected`,
        marks: [c.made(register, () => "the value comes from here")],
        help: `Pass a pointer to struct ${wanted} that the kernel gave`,
      },
  ),
  rule(
    "read-only-memory",
    /^(\w+)\(\) may write into memory pointed by (R\d+) type=/,
    ([func = "", register = ""], c) => ({
      title: `${func}() would write to ${c.name(register)}, which a program may only read`,
      help: "Pass memory of the program: a variable on the stack or a map value",
    }),
  ),
  rule("uninitialized", /^(R\d+) !read_ok$/, ([register = ""], c) => uninitialized(c, register)),
  rule("argument-type", /^(R\d+) type=(\S+) expected=(.*)$/, ([register = "", type = "", expected = ""], c) =>
    wrongType(c, register, type, expected),
  ),
  rule(
    "argument-struct",
    /^(R\d+) is of type (\w+) but (\w+) is expected$/,
    ([register = "", is = "", wanted = ""], c) => ({
      title: `${c.name(register)} points to struct ${is}, and struct ${wanted} is expected`,
      marks: [c.made(register, () => "the pointer comes from here")],
      help: `Pass a pointer to struct ${wanted}`,
    }),
  ),
  rule(
    "argument-struct",
    /^kernel function (\w+) (?:args#(\d+)|(R\d+)|arg#?(\d+)) expected pointer to (\w+) (\S+) but (?:R\d+|\S+) has a pointer to (\w+) (\S+)$/,
    ([func = "", , , , , wanted = "", , is = ""]) => ({
      title: `${func}() expects a pointer to struct ${wanted}, and receives one to struct ${is}`,
      help: `Pass a pointer to struct ${wanted}`,
    }),
  ),
  rule(
    "argument-not-number",
    /^(R\d+) is not a scalar$/,
    ([register = ""], c) => ({
      title: `${c.name(register)} is a pointer, and a number is expected`,
    }),
    "remark",
  ),
  rule(
    "invalid-argument",
    /^Caller passes invalid args into func#\d+ \('(\w+)'\)$/,
    ([func = ""]) => ({
      title: `an argument does not fit what ${func}() is declared to take`,
      help: `Pass what the parameters of ${func}() say: a global function is called by its types only, and void * has no size: make it static, or take pointers to structs`,
    }),
    "consequence",
  ),
  rule(
    "global-function",
    /^Global function (\w+)\(\) (?:doesn't return scalar|return value not void or scalar)\. Only those are supported\.$/,
    ([func = ""]) => ({
      title: `${func}() is a global function, and does not return a number`,
      help: `Make ${func}() static, or let it return a number`,
    }),
  ),
  rule(
    "global-argument",
    /^arg#(\d+) reference type\('([^']*)'\) (?:size cannot be determined: -?\d+|(.*))$/,
    ([number = "", type = ""], c) => ({
      title: `argument ${Number(number) + 1} of ${c.log.validating === undefined ? "a global function" : `${c.log.validating}()`} points to ${/^(UNKNOWN)?$/.test(type.trim()) ? "a type" : `"${type.trim()}"`} whose size is not known`,
      place: c.log.validating === undefined ? undefined : c.lineOf(c.log.validating),
      help: "Declare it as a pointer to a struct that is defined (not only declared, not void *), or make the function static",
    }),
  ),
  rule(
    "global-argument",
    /^arg#(\d+) (?:has invalid combination of tags|has pointer tag, but is not a pointer type|\w+ cannot be combined with any other tags|has unsupported set of tags|type tag is not supported in static functions|should be (?:`struct \w+ \*`|void pointer)|struct doesn't have a name|type doesn't have a name|type isn't a pointer)$/,
    ([number = ""]) => ({
      title: `argument ${Number(number) + 1} of a function has a type or tag that does not fit`,
      help: "Use one tag (__arg_ctx, __arg_nonnull, __arg_trusted, …) that fits the parameter's type, on global functions only",
    }),
  ),
  rule(
    "global-argument",
    /^(?:R\d+|\*?arg#?\d+) (?:is not a pointer|expected pointer to (?:ctx|func)(?:, but got \S+)?|expects pointer to ctx|pointer type \S+ \S* must point to .*)$/,
    (_, c) => argumentWords(c),
  ),
  rule(
    "global-argument",
    /^Arg#(\d+) type (\S+) in (\w+)\(\) is not supported yet\.$/,
    ([number = "", type = "", func = ""], c) => ({
      title: `argument ${Number(number) + 1} of ${func}() has a type (${type}) that this kernel does not take in a global function`,
      place: c.lineOf(func),
      label: `${func}() is global`,
      help: `Make ${func}() static${type === "PTR" ? ": pointers other than the context, to structs that may be NULL, need Linux 5.12" : ", or declare its parameters as numbers or the context"}`,
    }),
  ),
  rule(
    "global-argument",
    /^(?:Unrecognized arg#?\d+ type .*|func#\d+ .* is not supported.*|The function \w+ .* is unsupported\.)$/,
    (_, c) => ({
      title: c.sentences.at(0) ?? "a parameter has a type that the verifier does not take",
      help: "Make the function static, or declare its parameters as numbers, the context, or pointers to structs",
    }),
  ),
];

function uninitialized(c: Case, register: string): Finding {
  const { at } = c;
  const number = Number(register.slice(1));
  if (at?.operation.kind === "exit" && number === 0)
    return {
      title: `${c.function} can end without a return value`,
      label: "returns without a value",
      help: "Return a number on every path, this one too: R0 must be set",
    };
  const argument = c.argument(register);
  // Compiled C keeps values over calls: only assembly loses one.
  const lost = /\basm\b/.test(at?.line?.text ?? "asm") ? lastCall(c, number) : undefined;
  if (argument === undefined && (c.callee !== undefined || at?.operation.kind === "call"))
    return {
      title: `${c.callee ?? "the function"}${c.callee === undefined ? "" : "()"} is given an argument (${register}) that has no value`,
      label: `${register} was never set`,
      marks: [lost],
      help: "Give every argument of the call a value",
    };
  const named = c.variable(register) ?? variableRead(c);
  return {
    title: `${named ?? register} is read before it has a value`,
    label: `${named ?? register} was never set on this path`,
    marks: [lost],
    help:
      lost === undefined
        ? `Initialize ${named ?? "the variable"}, or assign it a value on every path that leads here`
        : "Keep the value in a variable of its own: a call leaves nothing in registers r1 to r5",
  };
}

/** A call after which registers r1 to r5 have no value. */
function lastCall(c: Case, number: number) {
  if (c.at === undefined || number < 1 || number > 5) return undefined;
  const writer = c.path.writer(`r${number}`, c.at);
  return writer?.operation.kind === "helper" || writer?.operation.kind === "call"
    ? { step: writer, label: "registers r1 to r5 have no value after this call" }
    : undefined;
}

function variableRead(c: Case): string | undefined {
  const line = c.at?.line?.text ?? "";
  return /^return ([A-Za-z_]\w*);$/.exec(line)?.[1];
}

const wantedWords: readonly [RegExp, string][] = [
  [/^(percpu_|rcu_|trusted_|untrusted_)*ptr_?\b/, "a pointer to a kernel struct"],
  [/^const_map_ptr|^map_ptr/, "a map"],
  [/^fp|^stack/, "a pointer to the stack"],
];

function wrongType(c: Case, register: string, type: string, expected: string): Finding {
  const isNumber = /^(scalar|inv)$/.test(type);
  const released = isNumber ? givenBack(c, register) : undefined;
  if (released !== undefined) return released;
  const made = c.origin(register).step?.operation;
  if (isNumber && made?.kind === "helper" && made.name === "bpf_arena_alloc_pages")
    return wrongType(c, register, "arena", expected);
  const callee = c.callee === undefined ? calledFunction(c) : `${c.callee}()`;
  const given = c.name(register);
  const name = /^(NULL|0)$/.test(given) ? `argument ${register.slice(1)}` : given;
  const kinds = expected
    .split(/,\s*/)
    .map((each) => wantedWords.find(([pattern]) => pattern.test(each))?.[1] ?? inWords(each));
  const wanted = [...new Set(kinds)];
  // A global function names the stack for all memory.
  const list =
    (wanted.length > 3 && !isRecord(type, expected)) || (c.calledAt(c.at) !== undefined && expected === "fp")
      ? "a pointer to memory"
      : wanted.join(" or ");
  const { bounds } = numberIn(c, register.toLowerCase());
  const isNull = isNumber && bounds?.min === 0n && bounds.max === 0n;
  const is = isNull ? "NULL" : isNumber ? "a number" : inWords(type);
  return {
    title: `${name} is ${is}, and ${callee} takes ${list} there`,
    label: `${register} is ${is}`,
    marks: [isNull ? undefined : c.made(register, () => "the value comes from here")],
    help: currentTask(c, register, expected) ?? adviceForType(type, expected, callee),
  };
}

/** bpf_get_current_task() returns a number, where a pointer to a task is expected. */
function currentTask(c: Case, register: string, expected: string): string | undefined {
  const maker = c.origin(register).step?.operation;
  return maker?.kind === "helper" && maker.name === "bpf_get_current_task" && /ptr_/.test(expected)
    ? "Take bpf_get_current_task_btf(): what bpf_get_current_task() returns is a number"
    : undefined;
}

/** Whether an older kernel does not take a ring buffer record, which it calls `mem`, where later ones do. */
function isRecord(type: string, expected: string): boolean {
  return type === "mem" && !/\bmem\b/.test(expected);
}

function adviceForType(type: string, expected: string, callee: string): string | undefined {
  const isNumber = /^(scalar|inv)$/.test(type);
  if (expected.split(/,\s*/).every((each) => /^percpu_/.test(each)))
    return "Pass a per-CPU variable of the kernel: declared as extern … __ksym, or a __percpu_kptr";
  if (/^(const_)?map_ptr$/.test(expected)) return "Pass the address of a map: &map";
  if (/^(ringbuf_mem|alloc_mem)$/.test(expected) || /^bpf_ringbuf_(submit|discard)\(/.test(callee))
    return "Pass the pointer that bpf_ringbuf_reserve() gave";
  if (/^map_value$/.test(expected))
    return /snprintf|strncmp|printk|seq_printf/.test(callee)
      ? 'Pass a string constant: static const char text[] = "…", which is in a read-only map'
      : `Pass an address in the value of a map: ${callee} takes no other memory`;
  if (isNumber && /(fp|mem|map_value)/.test(expected))
    return `Pass the address of memory of the program: a variable on the stack, a map value or a checked part of the packet`;
  if (isNumber && /\bptr_/.test(expected))
    return "Take the pointer from an argument of an fentry, tp_btf, LSM or iterator program, and follow members with plain C (a->b): what BPF_CORE_READ(), bpf_probe_read_kernel() and PT_REGS_PARM1() give is a number for the verifier";
  if (isRecord(type, expected))
    return `Copy it to the stack first: ${callee} takes no ring buffer record in this kernel`;
  if (/untrusted_mem/.test(type))
    return "Copy it to the stack first: bpf_probe_read_kernel_str() for a string, bpf_probe_read_kernel() for other memory";
  if (type === "arena")
    return callee.startsWith("bpf_")
      ? `Copy from the arena to the stack first: ${callee} takes no pointer into an arena`
      : "Copy from the arena to the stack first, or declare the parameter with __arg_arena";
  if (/^(trusted_|rcu_)?ptr_/.test(expected) && /^ptr_|^untrusted/.test(type))
    return "Take the pointer from an argument of the program, or from a function that acquires it";
  if (/^ctx$/.test(expected)) return "Pass the context as the program got it";
  if (/^(pkt|pkt_meta)$/.test(type)) return `Copy what ${callee} needs to the stack first`;
  if (/^ctx$/.test(type)) return `Pass what ${callee} is declared to take; the context is another type`;
  return `Pass what ${callee} is declared to take`;
}

function calledFunction(c: Case): string {
  const name = c.calledAt(c.at);
  return name === undefined ? "the function" : `${name}()`;
}

function argumentWords(c: Case): Finding {
  const said = c.sentences.find((text) => /^(R\d+|\*?arg#?\d+) /.test(text)) ?? "";
  const number = /arg#?(\d+)/.exec(said)?.[1];
  const which = number === undefined ? "an argument" : `argument ${Number(number) + 1}`;
  const callee = c.callee === undefined ? calledFunction(c) : `${c.callee}()`;
  if (/ctx/.test(said))
    return {
      title: `${which} of ${callee} must be the context of the program`,
      help: "Pass the context as the program got it",
    };
  if (/must point to/.test(said))
    return {
      title: `${which} of ${callee} has to lead to plain memory: numbers, or a struct of numbers`,
      help: "Pass a pointer that the kernel gave (an acquired or trusted one), not memory of the program",
    };
  return {
    title: `${which} of ${callee} has another type than it is declared to take`,
    help: `Pass what ${callee} is declared to take`,
  };
}
