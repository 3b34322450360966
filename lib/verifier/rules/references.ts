import type { Case } from "../case.ts";
import type { Finding, Mark } from "../finding.ts";
import type { Step } from "../log.ts";
import { releaseOf } from "../releases.ts";
import { type Rule, rule } from "../rule.ts";
import { givenBack } from "./dereference.ts";

/** Resources that must be released, and pointers in maps. */
export const referenceRules: readonly Rule[] = [
  rule("not-released", /^(?:Unreleased|Leaking) reference id=\d+ alloc_insn=(\d+)/, ([acquired = ""], c) =>
    notReleased(c, c.path.find(Number(acquired))),
  ),
  rule(
    "not-released",
    /^.* would lead to reference leak$/,
    () => ({ title: "a reference is not released" }),
    "consequence",
  ),
  rule(
    "not-acquired",
    /^(?:arg \d+ is an unacquired reference|(?:func \S+ )?reference has not been acquired before)$/,
    (_, c) => notAcquired(c),
  ),
  rule(
    "not-acquired",
    /^release (?:kernel function|kfunc|helper) (\S+) expects (?:refcounted|referenced) PTR_TO_BTF_ID/,
    (_, c) => notAcquired(c),
  ),
  rule("not-acquired", /^(?:R\d+|\*?arg#?\d+) must be referenced when passed to release function$/, (_, c) =>
    notAcquired(c),
  ),
  rule(
    "release-offset",
    /^(R\d+) must have zero offset when passed to release func or trusted arg to kfunc$/,
    ([register = ""], c) => movedBeforeRelease(c, register),
  ),
  rule("two-references", /^function expects only one referenced object but got \d+$/, (_, c) => ({
    title: `two acquired objects go to ${c.callee ?? "the function"}(), which takes one`,
  })),
  rule("kptr-store", /^store to (referenced kptr|uptr) disallowed$/, ([what]) => ({
    title:
      what === "uptr"
        ? "a __uptr field is written, which only user space may"
        : "a pointer is stored to a __kptr field as if it were plain memory",
    label: "stored here",
    help:
      what === "uptr"
        ? "Write to what it points to, or let user space change the field"
        : "Exchange it: old = bpf_kptr_xchg(&value->field, pointer), and release old if it is not NULL",
  })),
  rule(
    "kptr-access",
    /^invalid kptr access, (R\d+) type=(\S+)(?: expected=(\S+))?/,
    ([register = "", type = "", wanted], c) => ({
      title: `${c.name(register)} (${type}) does not fit the type of the __kptr field${wanted === undefined ? "" : `, which holds ${wanted}`}`,
      help: "Store a pointer of the type that the field is declared with",
    }),
  ),
  rule(
    "kptr-access",
    /^(?:kptr in map can only be accessed using|BPF_ST imm must be 0 when storing to kptr|off=\d+ kptr isn't referenced kptr|off=\d+ doesn't point to kptr|kptr access )/,
    () => ({
      title: "a __kptr field of a map is accessed in a way that the verifier does not allow",
      help: "Load it whole, or exchange it with bpf_kptr_xchg()",
    }),
  ),
  rule("map-without-btf", /^(R\d+) has no valid kptr$/, ([register = ""], c) => ({
    title: `the value that ${c.name(register)} leads to has no field for pointers of the kernel (__kptr)`,
    notes: withoutBtf(c, c.map(register)),
    help: "The kernel finds __kptr fields by BTF: declare the struct that the pointer leads to completely (from vmlinux.h), since a map whose BTF the kernel refuses is made without",
  })),
  rule(
    "map-without-btf",
    /^map '([^']+)' has to have BTF in order to use (\S+)$/,
    ([map = "", what = ""], c) => {
      const type = c.facts.mapType?.(map);
      const node = withoutBtf(c, map).length > 0 ? c.facts.missingNode?.() : undefined;
      if (node !== undefined) return withoutNode(c, map, what, node);
      return {
        title: `map "${map}" was made without its BTF, and ${what} needs it`,
        notes: withoutBtf(c, map),
        help:
          type !== undefined &&
          /lock/.test(what) &&
          !/^(hash|array|cgroup-storage|sk-storage|inode-storage|task-storage|cgrp-storage)$/.test(type)
            ? `Maps of type "${type}" cannot hold a bpf_spin_lock: take a hash, an array or a local storage`
            : "Define the map with __type(key, …) and __type(value, …), and compile with clang -g",
      };
    },
  ),
  rule("map-without-btf", /^map '([^']+)' has no valid kptr$/, ([map = ""], c) => ({
    title: `the value of map "${map}" has no field for pointers of the kernel (__kptr)`,
    notes: withoutBtf(c, map),
    help: "The kernel finds __kptr fields by BTF: declare the struct that the pointer leads to completely (from vmlinux.h), since a map whose BTF the kernel refuses is made without",
  })),
  rule("no-special-field", /^map '([^']+)' has no valid (\S+)$/, ([map = "", what = ""], c) =>
    withoutField(c, map, what),
  ),
  rule(
    "special-field-access",
    /^(bpf_\w+|kptr|\S+) cannot be accessed (?:directly by load\/store|indirectly by helper)$/,
    ([what = ""]) => ({
      title: `${what} is read or written as if it were plain memory`,
      help: `Use the helpers for ${what}, and leave it out of what is copied`,
    }),
  ),
];

/** The structs that the kernel manages in values, each with a function that takes it. */
const users = [
  ["bpf_timer", "bpf_timer_init()"],
  ["bpf_wq", "bpf_wq_init()"],
  ["bpf_task_work", "bpf_task_work_schedule_signal()"],
  ["bpf_spin_lock", "bpf_spin_lock()"],
  ["bpf_res_spin_lock", "bpf_res_spin_lock()"],
] as const;

function withoutField(c: Case, map: string, what: string): Finding {
  const kept = c.facts.keptFields?.(map) ?? [];
  if (kept.includes(what)) {
    const node = c.facts.missingNode?.();
    if (node !== undefined) return withoutNode(c, map, what, node);
    // The kernel ignores all these fields of a value if one of them is wrong.
    return {
      title: `the kernel refused the ${[...new Set(kept)].filter(Boolean).join(", ")} of map "${map}"`,
      label: `needs the ${what}`,
      notes: withoutBtf(c, map),
      help: "Check these fields: one bpf_spin_lock at most, each struct of a __kptr declared completely, and __contains() with the struct and the member of the nodes",
    };
  }
  const isLock = (field: string) => field.endsWith("lock");
  const other = users.find(([field]) => kept.includes(field) && isLock(field) === isLock(what));
  return {
    label: `needs a ${what}`,
    title: `the value of map "${map}" has no ${what}${other === undefined ? "" : `: it has a ${other[0]}`}`,
    help:
      other === undefined
        ? `Add a field struct ${what} to the value's struct`
        : `Call ${other[1]} for the ${other[0]}, or add a field struct ${what} to the value's struct`,
  };
}

export function movedBeforeRelease(c: Case, register: string): Finding {
  return {
    id: "release-offset",
    title: `${c.name(register)} was moved, and ${c.callee ?? "the function"}() takes the pointer as it was acquired`,
    help: "Keep the pointer that was acquired, and pass that",
  };
}

function withoutBtf(c: Case, map: string | undefined): string[] {
  const errno = map && c.facts.madeWithoutBtf?.(map);
  return errno ? [`the kernel refused the BTF of map "${map}" (${errno}), and libbpf made it without`] : [];
}

function notReleased(c: Case, acquired: Step | undefined): Finding {
  const callee = acquired?.operation.kind === "helper" ? acquired.operation.name : undefined;
  const known = callee === undefined ? undefined : (ofKept(acquired) ?? releaseOf(callee));
  const name = variableOf(acquired);
  const what = known?.what ?? "what it acquired";
  const from = callee === undefined ? "" : ` from ${callee}()`;
  const atCall = c.callee;
  const moment =
    atCall === undefined
      ? `${c.function} can end while it holds`
      : `${c.function} calls ${atCall}() while it holds`;
  const held = `${what}${from}`;
  return {
    title: `${moment} ${held}`,
    label: atCall === undefined ? "still held" : "still held here",
    marks: [acquired && { step: acquired, label: "acquired here" }, overwrite(c, acquired, name)],
    notes: [
      callee === "bpf_ringbuf_reserve_dynptr"
        ? "the dynptr must be released where bpf_ringbuf_reserve_dynptr() failed, too"
        : undefined,
    ],
    help: known && giveBack(known.release, callee, name, atCall),
  };
}

function withoutNode(c: Case, map: string, what: string, node: string): Finding {
  return {
    title: `the kernel refused the ${what} of map "${map}": __contains() names ${node}, which the object's types do not have`,
    label: `needs the ${what}`,
    notes: withoutBtf(c, map),
    help: "Name the struct and the member of the nodes in __contains(). clang leaves out a type that the program does not use",
  };
}

/** What bpf_kptr_xchg() returns, by its struct. */
function ofKept(acquired: Step | undefined): ReturnType<typeof releaseOf> {
  if (acquired?.operation.kind !== "helper" || acquired.operation.name !== "bpf_kptr_xchg") return undefined;
  const struct = /ptr_(?:or_null_)?(?:bpf_)?([a-z]\w*)/.exec(acquired.registers.get("R0") ?? "")?.[1];
  return struct === undefined ? undefined : releaseOf(`bpf_${struct}_`);
}

function giveBack(
  release: string,
  callee: string | undefined,
  name: string | undefined,
  atCall: string | undefined,
): string {
  if (callee === "bpf_kptr_xchg" && name === undefined)
    return "Take the pointer that bpf_kptr_xchg() returns, and release it with the function of its type if it is not NULL";
  const call =
    name === undefined
      ? release
      : release.replace(/\(\)/g, `(${name}${/ringbuf/.test(callee ?? "") ? ", 0" : ""})`);
  return `Release it on every path, this one too: ${call} before ${atCall === undefined ? "it ends here" : `${atCall}() is called`}`;
}

/** The place where the variable with the resource got another value before the resource was released. */
function overwrite(c: Case, acquired: Step | undefined, name: string | undefined): Mark | undefined {
  if (acquired?.operation.kind !== "helper" || name === undefined) return undefined;
  const { number } = acquired.operation;
  const again = c.path.steps.find(
    (step) =>
      step.position > acquired.position &&
      step.operation.kind === "helper" &&
      step.operation.number === number &&
      variableOf(step) === name,
  );
  return again && { step: again, label: `${name} gets another value here, and the first is lost` };
}

function variableOf(acquired: Step | undefined): string | undefined {
  if (acquired?.operation.kind !== "helper" || acquired.line === undefined) return undefined;
  const { name } = acquired.operation;
  const match = new RegExp(
    `([A-Za-z_]\\w*)\\s*=\\s*(?:\\([^)]*\\)\\s*)?${name.replace(/_impl$/, "")}\\b`,
  ).exec(acquired.line.text);
  return match?.[1];
}

function notAcquired(c: Case): Finding {
  const callee = c.callee ?? "the function";
  const exchange = callee === "bpf_kptr_xchg";
  const register = exchange ? "R2" : "R1";
  const lost = exchange ? undefined : givenBack(c, register);
  if (lost !== undefined) return lost;
  const given = c.argument(register) ?? "a pointer";
  const { step } = c.origin(register);
  return {
    title: exchange
      ? `bpf_kptr_xchg() stores ${given}, which the program has not acquired`
      : `${callee}() releases what the program does not hold`,
    label: "not held here",
    marks: [
      step && step !== c.at ? { step, label: "comes from here, where nothing is acquired" } : undefined,
    ],
    help: exchange
      ? "Acquire a reference first, with a function such as bpf_task_acquire() or bpf_obj_new(), and store that"
      : `Leave out ${callee}() for a pointer that was not acquired; pass one that was, once`,
  };
}
