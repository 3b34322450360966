import { memberAt } from "../c-text.ts";
import type { Case } from "../case.ts";
import type { Finding } from "../finding.ts";
import { releases } from "../releases.ts";
import { type Rule, rule } from "../rule.ts";
import { bytes } from "./bytes.ts";
import { movedBeforeRelease } from "./references.ts";

/** The struct of the context of each program type in C, and its size if it is the same in all kernels. */
const contexts: Readonly<Record<string, { struct: string; size?: number }>> = {
  xdp: { struct: "xdp_md", size: 24 },
  "sched-cls": { struct: "__sk_buff", size: 192 },
  "sched-act": { struct: "__sk_buff", size: 192 },
  "socket-filter": { struct: "__sk_buff", size: 192 },
  "cgroup-skb": { struct: "__sk_buff", size: 192 },
  "sk-skb": { struct: "__sk_buff", size: 192 },
  "lwt-in": { struct: "__sk_buff", size: 192 },
  "lwt-out": { struct: "__sk_buff", size: 192 },
  "lwt-xmit": { struct: "__sk_buff", size: 192 },
  "flow-dissector": { struct: "__sk_buff", size: 192 },
  "sk-msg": { struct: "sk_msg_md" },
  "sock-ops": { struct: "bpf_sock_ops" },
  "cgroup-sock": { struct: "bpf_sock" },
  "cgroup-sock-addr": { struct: "bpf_sock_addr" },
  "cgroup-sockopt": { struct: "bpf_sockopt" },
  "cgroup-sysctl": { struct: "bpf_sysctl" },
  "cgroup-device": { struct: "bpf_cgroup_dev_ctx" },
  "sk-lookup": { struct: "bpf_sk_lookup" },
  "sk-reuseport": { struct: "sk_reuseport_md" },
  kprobe: { struct: "pt_regs" },
  "perf-event": { struct: "bpf_perf_event_data" },
  netfilter: { struct: "bpf_nf_ctx" },
};

/** The context, which the type of program and the place of attachment decide. */
export const contextRules: readonly Rule[] = [
  rule("context-argument", /^func '([^']+)' doesn't have (\d+)-th argument$/, ([func = "", number = ""]) => ({
    title: `${func}() has no argument ${number}`,
    label: `argument ${number} is read`,
    help: `Declare the arguments of ${func}() only, in their order: argument ${number} does not exist (the result comes after the last for fexit)`,
  })),
  rule(
    "context-argument",
    /^func '([^']+)' (?:arg(\d+) .*|offset (\d+) is not multiple of 8|size (\d+) must be 8)$/,
    ([func = ""]) => ({
      title: `an argument of ${func}() is read in a way that its type does not allow`,
      help: "Read arguments whole, 8 bytes each, as BPF_PROG() does",
    }),
  ),
  rule("context-access", /^invalid bpf_context access off=(-?\d+) size=(\d+)$/, ([off = "", size = ""], c) =>
    access(c, Number(off), Number(size)),
  ),
  rule(
    "context-access",
    /^invalid access to context, ctx_size=(\d+) off=(-?\d+) size=(\d+)$/,
    ([whole = "", off = "", size = ""]) => ({
      title: `${bytes(size)} at offset ${off} ${areOrIs(size)} outside of the context, which has ${whole} bytes`,
    }),
  ),
  rule(
    "context-moved",
    /^dereference of modified (\w+) ptr (R\d+) off=(-?\d+) disallowed$/,
    ([pointer = "", register = "", off = ""], c) =>
      releases(c.callee ?? "") ? movedBeforeRelease(c, register) : moved(c, pointer, register, off),
  ),
  rule("context-moved", /^variable (\w+) access var_off=\S+ ?\S* disallowed$/, ([pointer = ""]) =>
    variableOffset(pointer),
  ),
  rule("context-moved", /^negative offset (\w+) ptr (R\d+) off=(-?\d+) disallowed$/, ([pointer = ""]) => ({
    title: `${pointer === "ctx" ? "the context" : `a ${pointer} pointer`} is read before its start`,
    help: "Read fields with constant offsets that are not negative",
  })),
  rule("flow-keys", /^invalid access to flow keys off=(-?\d+) size=(\d+)$/, ([off = "", size = ""]) => ({
    title: `${bytes(size)} at offset ${off} ${areOrIs(size)} outside of struct bpf_flow_keys`,
    help: "Read and write members of struct bpf_flow_keys by name",
  })),
  rule(
    "return-value",
    /^(?:At (?:program|async callback|subprogram) exit|At callback return|.*) the register R0 (?:has (.*?)|is not a known value \((\w+)\)) ?(?:should have been in (.*))?$/,
    ([has, type, range], c) => returned(c, has, type, range),
  ),
  rule(
    "exception",
    /^At program exit the register R1 has (.*) should have been in (.*)$/,
    ([has = "", range = ""]) => ({
      title: `bpf_throw() ends the program with ${found(has) ?? "any number"}, and ${between(range) ?? "another result"} is allowed`,
      label: "thrown here",
      help: `Throw ${between(range) ?? "a result that this type of program may have"}, or give the program an exception callback that returns it`,
    }),
  ),
  rule(
    "return-value",
    /^(?:R0 not a scalar value|At subprogram exit the register R0 is not a scalar value \(\w+\))$/,
    (_, c) => returned(c, undefined, "pointer", undefined),
  ),
  rule(
    "return-value",
    /^(?:Note, )?BPF_LSM_CGROUP that attach to void LSM hooks can't modify return value!$/,
    () => ({
      title: "the LSM hook returns nothing, and the program returns a value",
      help: "Return 1, which lets it go on",
    }),
  ),
];

function pointerWords(pointer: string): string {
  return pointer === "ctx" ? "the context" : `a ${pointer} pointer`;
}

function variableOffset(pointer: string): Finding {
  return {
    title: `${pointerWords(pointer)} is accessed at an offset that is not constant`,
    help: "Access fields with constant offsets only: no index that the program computes",
  };
}

function moved(c: Case, pointer: string, register: string, off: string): Finding {
  // The sentence names only the constant part of the offset.
  const { changes } = c.origin(register);
  const isVariable = changes.some(
    (step) =>
      step.operation.kind === "arithmetic" &&
      /^r\d+$/.test(step.operation.operand) &&
      c.path.origin(step.operation.operand, step).step?.operation.kind !== "constant",
  );
  if (isVariable) return variableOffset(pointer);
  const use = c.at?.operation.kind === "store" ? "written" : "read";
  return {
    title: `${c.name(register)} was moved by ${off} bytes before it ${c.callee === undefined ? `is ${use}` : `goes to ${c.callee}()`}, which is not allowed for ${pointerWords(pointer)}`,
    help:
      c.callee === undefined
        ? "Access the field through the pointer as it was given, with one constant offset"
        : `Pass ${pointer === "ctx" ? "the context" : "the pointer"} as it was given`,
  };
}

/** Where egress_ifindex is in struct xdp_md. */
const egressInterface = 20;

/** The offsets of data and data_end in struct __sk_buff. */
const packetFields = [76, 80];

function access(c: Case, off: number, size: number): Finding {
  const context = contexts[c.facts.program.type];
  const operation = c.at?.operation;
  const writes = operation?.kind === "store" || operation?.kind === "atomic";
  const what = context === undefined ? "the context" : `struct ${context.struct}`;
  const { type, section } = c.facts.program;
  // The place of attachment decides which addresses of a socket may be read and written.
  const kind = /^cgroup-sock/.test(type) && section !== "" ? `section "${section}"` : `type "${type}"`;
  const named = memberRead(c);
  const member = named === undefined ? "" : ` (${named})`;
  if (context?.size !== undefined && off + size > context.size)
    return {
      title: `${bytes(size)} at offset ${off} ${areOrIs(size)} past the end of ${what}, which has ${context.size} bytes`,
      label: "past the end of the context",
      help: `Read members of ${what} by name only`,
    };
  if (writes)
    return {
      title: `programs of ${kind} may not write ${bytes(size)} at offset ${off}${member} of ${context === undefined ? "their context" : `${what}, their context`}`,
      label: "read-only for this type of program",
      help:
        type === "kprobe"
          ? "A probe cannot change registers: bpf_override_return() changes the result of functions that allow it"
          : what === "struct __sk_buff" && off === 0
            ? "skb->len is read-only: change the length with bpf_skb_change_tail() or bpf_skb_adjust_room()"
            : context === undefined
              ? "The context is read-only: programs of this type only read their arguments"
              : `Most of ${what} is read-only: write only the members that this type of program may write, or use a helper`,
    };
  const traced = /^(tracing|raw-tracepoint|raw-tracepoint-writable|lsm|struct-ops)$/.test(type);
  return {
    title: `programs of ${kind} may not read ${bytes(size)} at offset ${off}${member} of ${what}`,
    label: "not readable for this type of program",
    help:
      type === "xdp" && off === egressInterface
        ? 'Only programs that a devmap calls have egress_ifindex: SEC("xdp/devmap")'
        : packetFields.includes(off) && what === "struct __sk_buff"
          ? `Programs of type "${type}" do not read the packet through data and data_end: copy it with bpf_skb_load_bytes()`
          : type === "tracepoint"
            ? `Read fields by the struct of the tracepoint (struct trace_event_raw_…): they begin at offset 8, and each is read within its alignment`
            : traced
              ? "Read only what is there: the arguments of what it is attached to, each whole and at its own offset"
              : `Read members of ${what} by name, with their whole size; some exist for other types of program only`,
  };
}

/** The member of the context that the line of C reads or writes at its column. */
function memberRead(c: Case): string | undefined {
  const place = c.at && c.lines.place(c.at.index, c.at.line);
  if (place === undefined || place.column === 0) return undefined;
  const index = place.column - 1 - place.indent;
  const written = /->([A-Za-z_]\w*)(?:\[\w+\])?\s*$/.exec(place.text.slice(0, index))?.[1];
  return written ?? memberAt(place.text, index)?.replace(/^.*(->|\.)/, "");
}

/** The valid return values of a program type. */
function returned(
  c: Case,
  has: string | undefined,
  type: string | undefined,
  range: string | undefined,
): Finding {
  const wanted = range === undefined ? undefined : between(range);
  const { step } = c.origin("r0");
  const given = has === undefined ? undefined : found(has);
  const what = type !== undefined ? "a pointer" : given === undefined ? "any number" : given;
  const isCallback = c.sentences.some((text) => /^At (?:async )?callback return/.test(text));
  const name = isCallback && c.function === c.facts.program.name ? "the callback" : c.function;
  const title = `${name} returns ${what}${wanted === undefined ? ", where a number is expected" : `, and ${wanted} is allowed`}`;
  return {
    title,
    label: "returned here",
    marks: [step && { step, label: "the value comes from here" }],
    help:
      type !== undefined
        ? "Return a number: a constant, not a pointer or an address"
        : `Return ${wanted ?? "a number in the range"} on every path${c.facts.program.type === "lsm" ? " (0 allows, a negative errno such as -EPERM denies)" : ""}`,
  };
}

function areOrIs(count: number | string): string {
  return Number(count) === 1 ? "is" : "are";
}

/** A result of 32 bits with its sign: the verifier of some kernels prints 4294967295 for -1. */
function asInt(text: string): string {
  const value = BigInt(text);
  return value > 0x7fffffffn && value <= 0xffffffffn ? `${BigInt.asIntN(32, value)}` : text;
}

function between(range: string): string | undefined {
  const [, low, high] = /^\[(-?\d+), (-?\d+)\]$/.exec(range) ?? [];
  if (low !== undefined && high !== undefined) return inRange(low, high);
  // Before Linux 6.8: (0x0; 0x1), bits that are known, and bits that may be set.
  const [, base, mask] = /^\((0x[0-9a-f]+); (0x[0-9a-f]+)\)$/.exec(range) ?? [];
  return base === undefined || mask === undefined
    ? undefined
    : inRange(`${BigInt(base)}`, `${BigInt(base) + BigInt(mask)}`);
}

function inRange(low: string, high: string): string {
  return low === high ? `only ${low}` : `${low} to ${high}`;
}

function found(has: string): string | undefined {
  const low = /smin=(-?\d+)/.exec(has)?.[1];
  const high = /smax=(-?\d+)/.exec(has)?.[1];
  if (low !== undefined && low === high) return asInt(low);
  if (low !== undefined && high !== undefined) return `${low} to ${high}`;
  if (low !== undefined) return `${low} or more`;
  if (high !== undefined) return `${high} or less`;
  const [, base, mask] = /value \((0x[0-9a-f]+); (0x[0-9a-f]+)\)/.exec(has) ?? [];
  return base === undefined ? undefined : mask === "0x0" ? `${BigInt.asIntN(32, BigInt(base))}` : undefined;
}
