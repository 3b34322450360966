import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import type { Step } from "../log.ts";
import { type Rule, rule } from "../rule.ts";
import { givenBack } from "./dereference.ts";
import { sleepableAdvice } from "./sleepable.ts";

/** Calls of functions of the kernel. */
export const kfuncRules: readonly Rule[] = [
  rule("kfunc-missing", /^kfunc '([^']+)' is referenced but wasn't resolved$/, ([name = ""], c) => ({
    title: c.facts.hasFunction?.(name)
      ? `${name}() has other parameters in this kernel than the object declares`
      : `this kernel and its loaded modules have no function ${name}() for programs to call`,
    label: "called here",
    help: c.facts.hasFunction?.(name)
      ? `Take the declaration of ${name}() from this kernel's vmlinux.h, with its structs defined: a struct that is only declared (struct …;) does not fit. The declaration is __weak, so that loading goes on without it`
      : `Call it only where bpf_ksym_exists(${name}) is true, or load the module that has it; the declaration is __weak, so that loading goes on without it`,
  })),
  rule("kfunc-not-allowed", /^calling kernel function (\w+) is not allowed$/, ([name = ""], c) => ({
    title: `programs of type "${c.facts.program.type}" may not call ${name}()`,
    label: "not allowed for this type of program",
    help: `Call ${name}() from a type of program that the kernel registers it for; the kernel decides for each function`,
  })),
  rule(
    "kfunc-not-allowed",
    /^css_task_iter is only allowed in bpf_lsm, bpf_iter and sleepable progs$/,
    (_, c) => ({
      title: `${c.callee ?? "the iterator over the tasks of a cgroup"}${c.callee === undefined ? "" : "()"} is not allowed in this program`,
      help: 'Call it from a program of SEC("lsm/…") or SEC("iter/…"), or from a sleepable one',
    }),
  ),
  rule("kfunc-sleepable", /^program must be sleepable to call sleepable kfunc (\w+)$/, ([name = ""], c) => ({
    title: `${name}() may sleep, and this program may not`,
    help: sleepableAdvice(c, "function"),
  })),
  rule(
    "kfunc-sleepable",
    /^(?:kernel func (\w+) is sleepable within (.*)|sleepable global function (\w+)\(\) called in (.*))$/,
    ([kfunc, where, func, region]) => ({
      title: `${kfunc ?? func}() may sleep, and is called in ${where ?? region}`,
      help: "Call it outside of that region",
    }),
  ),
  rule(
    "kfunc-sleepable",
    /^global functions that may sleep are not allowed in non-sleepable context/,
    () => ({
      title:
        "a global function that may sleep is called where the program may not sleep: under RCU, with preemption or interrupts disabled, or in a program that does not sleep",
      help: "Call it outside of that region, or leave what may sleep out of the function",
    }),
  ),
  rule(
    "untrusted-pointer",
    /^(R\d+|\*?arg#?\d+) must be (?:referenced(?: or trusted)?|a rcu pointer)$/,
    ([register = ""], c) => untrusted(c, register),
  ),
  rule("untrusted-pointer", /^(R\d+) must be a rcu pointer$/, ([register = ""], c) => untrusted(c, register)),
  rule(
    "kfunc-argument",
    /^(?:arg#?(\d+)|R(\d+)) pointer type (\w+) (\S*) must point to (?:void, )?scalar, or struct with scalar$/,
    ([number, register], c) => {
      const which = register === undefined ? Number(number) + 1 : Number(register);
      const value = c.value(`R${which}`);
      const lost = givenBack(c, `R${which}`);
      if (lost !== undefined) return lost;
      const maker = c.origin(`R${which}`).step;
      return {
        title: `argument ${which} of ${c.callee ?? "the function"}() must be a pointer that the kernel gave${value === undefined ? "" : `, and is ${c.words(`R${which}`)}`}`,
        marks: [maker && maker !== c.at ? { step: maker, label: "the value comes from here" } : undefined],
        help:
          maker?.operation.kind === "helper" && maker.operation.name === "bpf_get_current_task"
            ? "Take bpf_get_current_task_btf(): what bpf_get_current_task() returns is a number"
            : "Pass a pointer that was acquired, or a trusted argument of the program, not the address of a variable",
      };
    },
  ),
  rule(
    "kfunc-argument",
    /^(?:arg#?\d+|\*?R\d+) expected pointer to (allocated object|map value or allocated object|func)$/,
    ([wanted = ""], c) => ({
      title: `an argument of ${c.callee ?? "the function"}() must be a pointer to ${wanted === "func" ? "a function" : wanted.replace("allocated object", "an object from bpf_obj_new()")}`,
      help:
        wanted === "func"
          ? "Pass the name of a static function"
          : "Pass the pointer that bpf_obj_new() gave, or one to a map value",
    }),
  ),
  rule(
    "kfunc-argument",
    /^(?:arg#?\d+|\*?R\d+) doesn't point to (?:map value or allocated object|a map value|a type with bpf_refcount field)$/,
    (_, c) => ({
      title: `an argument of ${c.callee ?? "the function"}() leads to memory of another kind`,
      help: "Pass the address of a field of a map value, or of an object from bpf_obj_new()",
    }),
  ),
  rule(
    "kfunc-argument",
    /^(?:arg#?\d+|\*?R\d+) (?:is neither owning or non-owning ref|expected for bpf_(?:percpu_)?obj_drop\(\)|has to be at a constant offset)$|^bpf_rbtree_remove can only take non-owning or refcounted bpf_rb_node pointer$/,
    (_, c) => ({
      title: `an argument of ${c.callee ?? "the function"}() is not an object of a kind that it accepts`,
      help: "Pass the object as bpf_obj_new() or the list gave it, while it is still owned",
    }),
  ),
  rule(
    "kfunc-node",
    /^(?:bpf_\w+ node not found at offset=\d+|arg#1 offset=\d+, but expected \S+ at offset=\d+ in struct \w+|operation on \S+ expects arg#1 .*)$/,
    (_, c) => ({
      title: `the node does not belong to the list or tree that ${c.callee ?? "the function"}() receives`,
      help: "Name the right node in __contains(struct, node) of the list or tree, and pass that one",
    }),
  ),
  rule(
    "kfunc-type-argument",
    /^(?:bpf_obj_new\/bpf_percpu_obj_new type ID argument must be of a struct|local type ID argument must be in range .*|kfunc bpf_rdonly_cast type ID argument must be of a struct or void|Unknown type ID \d+ passed to kfunc bpf_rdonly_cast)/,
    () => ({
      title: "the type that is passed is not a struct that the verifier takes",
      help: "Pass a struct: bpf_core_type_id_local(struct …) for bpf_obj_new(), bpf_core_type_id_kernel(struct …) for bpf_rdonly_cast()",
    }),
  ),
  rule("kfunc-device", /^metadata kfuncs require device-bound program$/, () => ({
    title: "functions for XDP metadata belong to a device, and the program is bound to none",
    help: "Load the program for one device, with BPF_F_XDP_DEV_BOUND_ONLY among its flags",
  })),
  rule(
    "kernel-symbol-missing",
    /^ldimm64 failed to find the address for kernel symbol '([^']+)'\.$/,
    ([name = ""]) => ({
      title: `this kernel does not give the address of its variable "${name}"`,
      help: "Addresses of variables need a kernel with CONFIG_KALLSYMS_ALL",
    }),
  ),
  rule("kernel-bug", /^verifier (?:bug|internal error)/, () => ({
    title: "the verifier met a state that it takes for a bug of its own",
    help: "Report it to the maintainers of BPF, with the whole log; another kernel may load the program",
  })),
  rule("exception", /^bpf_throw kfunc \(insn \d+\) cannot be called from callback subprog \d+$/, () => ({
    title: "bpf_throw() cannot be called from a callback",
    help: "Return from the callback with a value that ends it, and throw after the call",
  })),
  rule(
    "exception",
    /^(?:insn \d+ cannot call exception cb directly|(?:multiple )?exception callback .*|exception cb (?:cannot return void|only supports single integer argument)|cannot find exception callback .*)/,
    () => ({
      title: "the exception callback is not one that the kernel takes",
      help: "Name one global function with one __u64 argument that returns a number, in __exception_cb(), and do not call it",
    }),
  ),
  rule("jit", /^JIT (?:does not|doesn't) support (.*)$|^JIT is required (.*)$/, ([what, why]) => ({
    title: `the JIT of this kernel and processor cannot do this: ${what ?? why}`,
  })),
  rule("arena", /^addr_space_cast insn can only be used in a program that has an associated arena$/, () => ({
    title: "the program uses arena pointers, and no arena map",
    help: "Name the arena in the program: a reference to the map is enough",
  })),
  rule("arena", /^arena's user address must be set via map_extra or mmap\(\)$/, () => ({
    title: "the arena has no address yet",
    help: "Give map_extra an address in C, or mapExtra before loading",
  })),
];

/** The call that added an object of the program to a list or tree. */
function givenToGraph(c: Case, made: Step, at: Step): Step | undefined {
  if (made.operation.kind !== "helper" || !/^bpf_obj_new/.test(made.operation.name)) return undefined;
  for (const step of c.path.back(at)) {
    if (step === made) return undefined;
    if (
      step.operation.kind === "helper" &&
      /^bpf_(rbtree_add|list_push)/.test(step.operation.name) &&
      c.path.origin("r2", step).step === made
    )
      return step;
  }
  return undefined;
}

function untrusted(c: Case, register: string): Finding {
  const number = /^R/.test(register) ? register : `R${Number(/\d+/.exec(register)?.[0]) + 1}`;
  const { step } = c.origin(number);
  const walked = step?.operation.kind === "load";
  const given = step && c.at && givenToGraph(c, step, c.at);
  if (step !== undefined && given?.operation.kind === "helper")
    return {
      title: `${c.name(number)} belongs to a list or tree since ${given.operation.name}(), and the program no longer owns it`,
      label: "not owned any more",
      marks: [
        { step, label: "comes from here" },
        { step: given, label: "goes to the list or tree here" },
      ],
      help: "Use it under the lock only, or take it out of the list or tree first. To keep a reference of its own, give the struct a bpf_refcount and call bpf_refcount_acquire() before",
    };
  return {
    title: `${c.name(number)} is not a trusted pointer, and ${c.callee ?? "the function"}() takes only those that are referenced, trusted or under RCU`,
    label: "not trusted",
    marks: [
      step && {
        step,
        label: walked ? "read from a struct here: such pointers are not trusted" : "comes from here",
      },
    ],
    help: walked
      ? `Read the member, and call ${c.callee ?? "the function"}(), between bpf_rcu_read_lock() and bpf_rcu_read_unlock(): members that the kernel marks as RCU are trusted there, if they are read from a trusted pointer. Other members are not`
      : "Pass a pointer that was acquired, or a trusted argument of the program",
  };
}
