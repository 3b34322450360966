import type { Finding } from "../finding.ts";
import { type Rule, rule } from "../rule.ts";
import { sleepableAdvice } from "./sleepable.ts";

/** Calls of helpers that are refused as such. */
export const helperRules: readonly Rule[] = [
  rule(
    "helper-not-allowed",
    /^(?:unknown func|invalid func|program of this type cannot use helper) (\S+?)#(\d+)$/,
    ([known = "", number = ""], c) => {
      const name = known === "unknown" ? (c.facts.helperName?.(Number(number)) ?? `helper ${number}`) : known;
      return {
        title: `programs of type "${c.facts.program.type}" may not call ${name}() in this kernel`,
        label: "not allowed here",
        // Kernels before 6.17 print this also for helpers that sleep.
        help: /^bpf_copy_from_user/.test(name)
          ? `${name}() may sleep. ${sleepableAdvice(c, "helper")}`
          : (c.facts.helperRefusal?.(name) ??
            `A program of type "${c.facts.program.type}" has to do without ${name}()`),
      };
    },
  ),
  // Before Linux 5.13 a function whose address is loaded is none for the verifier.
  rule("helper-not-allowed", /^number of funcs in func_info doesn't match number of subprogs$/, (_, c) => {
    const [first] = callers.flatMap(([number, name]) =>
      c.lines.calls(number).map((place) => ({ place, name })),
    );
    const help = first && c.facts.helperRefusal?.(first.name);
    return {
      title:
        first === undefined
          ? "a function is passed as a callback, which this kernel does not know"
          : `${first.name}() and its callback are not known to this kernel`,
      place: first?.place,
      label: "takes a callback",
      help: help ?? "Callbacks need Linux 5.13",
    };
  }),
  rule("license", /(?:GPL-restricted function|GPL.compatible)/, (_, c) => ({
    title: /^struct ops/.test(c.sentences.join("\n"))
      ? "programs of struct_ops need a license that is compatible with the GPL"
      : `${c.callee === undefined ? "this" : `${c.callee}()`} is for programs with a license that is compatible with the GPL`,
    help: 'Declare the license in the C file: char LICENSE[] SEC("license") = "GPL"',
  })),
  rule("map-type", /^cannot pass map_type (\d+) into func (\S+?)#\d+$/, ([number = "", helper = ""], c) => {
    const type = c.facts.mapTypeName?.(Number(number)) ?? number;
    return {
      title: `maps of type "${type}" cannot be given to ${helper}()`,
      label: `takes no map of type "${type}"`,
      help: other(type, helper),
    };
  }),
  rule("map-type", /^callback function not allowed for map$/, (_, c) => {
    const map = c.map("R1");
    const type = map === undefined ? undefined : c.facts.mapType?.(map);
    return {
      title: `${c.callee ?? "bpf_for_each_map_elem"}() cannot go through ${map === undefined ? "this map" : `map "${map}"`}${type === undefined ? "" : `, which is of type "${type}"`}`,
      label: "takes no map of this type",
      help: "Pass a hash, an array, or a per-CPU or LRU form of these",
    };
  }),
  rule("helper-in-probe", /^helper call is not allowed in probe$/, (_, c) => ({
    title: `${c.callee ?? "the helper"}() cannot be called where this program is attached`,
    help:
      c.callee === "bpf_d_path"
        ? "bpf_d_path() is for iterators, sleepable LSM programs, and fentry and fexit at a few functions: vfs_truncate, vfs_fallocate, dentry_open, vfs_getattr, filp_close, security_file_open and others of the kernel's list"
        : undefined,
  })),
  rule(
    "sleepable",
    /^(?:helper call might sleep in a non-sleepable prog|sleepable helper (\S+?)#\d+ in (.*))$/,
    ([helper, where], c) => ({
      title: `${helper ?? c.callee ?? "the helper"}() may sleep, and ${where === undefined || /non-sleepable/.test(where) ? "this program may not" : `it is called in ${where}`}`,
      help:
        where === undefined || /non-sleepable/.test(where)
          ? sleepableAdvice(c, "helper")
          : `Call it outside of the ${where}`,
    }),
  ),
  rule(
    "constant-argument",
    /^(R\d+) (?:must be a known constant|is not a const|is not a known constant'|type=\S+ is not a known constant)$/,
    ([register = ""], c) => ({
      title: `${c.name(register)}, an argument of ${c.callee ?? "the call"}${c.callee === undefined ? "" : "()"}, must be a constant`,
      label: "not a constant for the verifier",
      marks: [c.made(register, () => "the value comes from here")],
      help:
        c.callee === "bpf_ringbuf_reserve"
          ? reserveConstant
          : "Give a constant, such as sizeof(buffer): the verifier has to know the value",
    }),
  ),
  rule(
    "length-unbounded",
    /^(R\d+) unbounded size, use 'var &= const' or 'if \(var < const\)'/,
    ([register = ""], c) => {
      const isConstant = c.callee === "bpf_ringbuf_reserve";
      return {
        title: `${c.name(register)}, a length that ${c.callee ?? "the helper"}() receives, ${isConstant ? "must be a constant" : "has no upper bound"}`,
        marks: [c.made(register, () => "the length comes from here")],
        help: isConstant ? reserveConstant : "Limit it first: return when it is above the size of the memory",
      };
    },
  ),
  rule(
    "constant-string",
    /^(R\d+) (?:is not a constant address|doesn't point to a const string|points to \S+ map which cannot be used as const string|does not point to a readonly map)'?$/,
    ([register = ""], c) => ({
      title: `${c.name(register)} must be a string constant`,
      help: "Give a string literal, or a static const char[] that is not changed",
    }),
  ),
  rule("constant-string", /^string is not zero-terminated$|^Invalid format string$/, (_, c) => ({
    title: `the format or string that goes to ${c.callee ?? "the helper"}() is not valid`,
    help: "Give a string constant with its NUL, with the formats that bpf_printk() and bpf_snprintf() know",
  })),
  rule("tail-call", /^expected prog array map for tail call/, noPrograms),
  // Before Linux 6.17.
  rule("tail-call", /^kernel subsystem misconfigured verifier$/, (_, c) =>
    c.callee === "bpf_tail_call" ? noPrograms() : { title: "an argument does not fit what the call takes" },
  ),
  rule(
    "timer-map",
    /^(\w+) pointer in R1 map_uid=\d+ doesn't match map pointer in R2 map_uid=\d+$/,
    ([what = "timer"], c) => ({
      title: `${c.callee ?? "the call"}() receives a ${what} of one map, and another map`,
      label: "the map is another",
      help: `Pass the map whose value holds the ${what}`,
    }),
  ),
  rule(
    "tail-call",
    /^(?:mixing of tail_calls and bpf-to-bpf calls is not supported|tail_call is (?:not allowed in subprogs without BTF|only allowed in functions that return 'int')\.?|tail_call abusing map_ptr|tail_calls are not allowed in .*)$/,
    () => ({
      title: "the tail call is not allowed here",
      help: "Make it in the program itself, with a constant map of type prog-array, or in a static function that returns int",
    }),
  ),
  rule("tail-call", /^cannot (tail call|use BPF_LD_\[ABS\|IND\]) within callback$/, ([what]) =>
    what === "tail call"
      ? {
          title: "a callback makes a tail call",
          label: "not possible in a callback",
          help: "Make the tail call in the program itself, after the helper that calls the callback",
        }
      : {
          title: "a callback reads the packet by the old instructions (LD_ABS)",
          label: "not possible in a callback",
          help: "Read with bpf_skb_load_bytes() in the callback",
        },
  ),
  rule(
    "helper-attach",
    /^func (\S+?)#\d+ (?:not supported for program type \d+|supported only for (.*))$/,
    ([helper = "", only]) => ({
      title: `${helper}() is not for this type of program${only === undefined ? "" : `: only for ${only}`}`,
    }),
  ),
  rule("return-value-read", /^invalid access to map value pointer/, () => ({
    title: "the address of a map value that the program names is outside of the map",
  })),
  rule("sockmap-update", /^cannot update sockmap in this context$/, (_, c) => ({
    title: `programs of type "${c.facts.program.type}" may not change a sockmap by ${c.callee ?? "this helper"}()`,
    help: "Change it from user space, or from a program that may: sock_ops with bpf_sock_map_update(), tc, socket or sk_skb programs and iterators of sockets with bpf_map_update_elem()",
  })),
  rule("helper-flags", /^get_local_storage\(\) doesn't support non-zero flags$/, () => ({
    title: "bpf_get_local_storage() takes no flags",
    help: "Give 0 as its second argument",
  })),
  rule(
    "tail-call",
    /^LD_ABS is (?:only allowed in functions that return 'int'|not allowed in subprogs without BTF)\.?$/,
    () => ({
      title: "a function with loads from the packet by the old instructions (LD_ABS) has to return int",
      help: "Let the function return int, or read with bpf_skb_load_bytes()",
    }),
  ),
  rule("map-kind", /^Sleepable programs can only use array, hash, ringbuf and local storage maps$/, () => ({
    title: "a sleepable program uses a map that programs which sleep cannot use",
    help: "Use array, hash, ringbuf or local storage maps, or leave out .s in the section's name",
  })),
];

/** Helpers that take a callback. */
const callers: readonly (readonly [number, string])[] = [
  [164, "bpf_for_each_map_elem"],
  [170, "bpf_timer_set_callback"],
  [180, "bpf_find_vma"],
  [181, "bpf_loop"],
  [209, "bpf_user_ringbuf_drain"],
];

const reserveConstant =
  "Give a constant, such as sizeof(record): bpf_ringbuf_output() and bpf_ringbuf_reserve_dynptr() take a length that varies";

function noPrograms(): Finding {
  return {
    title: "bpf_tail_call() receives a map that is no array of programs",
    label: "takes a map of type prog-array",
    help: "Pass a map of type prog-array (BPF_MAP_TYPE_PROG_ARRAY)",
  };
}

function other(type: string, helper: string): string | undefined {
  const wanted = helperMap[helper];
  if (wanted !== undefined) return `Pass a map of type ${wanted}`;
  const [, does] = /^bpf_map_(lookup|update|delete)_elem$/.exec(helper) ?? [];
  if (does === undefined) return `Use the helpers that are made for maps of type "${type}"`;
  if (type === "stack-trace") return "Fill it with bpf_get_stackid(), and read it from user space";
  if (type === "perf-event-array") return "Send records with bpf_perf_event_output()";
  if (type === "user-ringbuf") return "Receive records with bpf_user_ringbuf_drain()";
  if (type === "ringbuf")
    return "Send records with bpf_ringbuf_reserve() and bpf_ringbuf_submit(), or bpf_ringbuf_output()";
  if (/^(sk|inode|task|cgrp)-storage$/.test(type))
    return `Take bpf_${type.replace(/-storage$/, "")}_storage_${does === "delete" ? "delete" : "get"}() for a ${type} map`;
  if (/cgroup-storage$/.test(type)) return `Take bpf_get_local_storage() for a ${type} map`;
  if (type === "bloom-filter")
    return "Add with bpf_map_push_elem(), and ask with bpf_map_peek_elem(): nothing is deleted from a bloom filter";
  if (does === "lookup" && type === "prog-array") return "Call what it holds with bpf_tail_call()";
  if (does === "lookup" && type === "cgroup-array")
    return "Ask with bpf_current_task_under_cgroup() or bpf_skb_under_cgroup()";
  return does === "lookup"
    ? `Programs do not read maps of type "${type}": use the helper that is made for them`
    : `Change it from user space: programs do not change maps of type "${type}"`;
}

/** The map types that helpers for one kind of map accept. */
const helperMap: Readonly<Record<string, string>> = {
  bpf_get_local_storage: "cgroup-storage or percpu-cgroup-storage",
  bpf_tail_call: "prog-array",
  bpf_perf_event_output: "perf-event-array",
  bpf_perf_event_read: "perf-event-array",
  bpf_get_stackid: "stack-trace",
  bpf_redirect_map: "devmap, devmap-hash, cpumap or xskmap",
  bpf_ringbuf_reserve: "ringbuf",
  bpf_ringbuf_output: "ringbuf",
  bpf_sk_redirect_map: "sockmap",
  bpf_msg_redirect_map: "sockmap",
  bpf_sk_storage_get: "sk-storage",
  bpf_task_storage_get: "task-storage",
  bpf_inode_storage_get: "inode-storage",
  bpf_cgrp_storage_get: "cgrp-storage",
  bpf_map_push_elem: "queue, stack or bloom-filter",
  bpf_map_pop_elem: "queue or stack",
  bpf_map_peek_elem: "queue, stack or bloom-filter",
  bpf_map_lookup_percpu_elem: "percpu-hash, lru-percpu-hash or percpu-array",
  bpf_perf_event_read_value: "perf-event-array",
  bpf_ringbuf_query: "ringbuf",
  bpf_ringbuf_reserve_dynptr: "ringbuf",
  bpf_user_ringbuf_drain: "user-ringbuf",
  bpf_sock_map_update: "sockmap",
  bpf_sock_hash_update: "sockhash",
  bpf_sk_redirect_hash: "sockhash",
  bpf_msg_redirect_hash: "sockhash",
  bpf_sk_select_reuseport: "reuseport-sockarray, sockmap or sockhash",
  bpf_skb_under_cgroup: "cgroup-array",
  bpf_current_task_under_cgroup: "cgroup-array",
  bpf_skb_output: "perf-event-array",
  bpf_xdp_output: "perf-event-array",
};
