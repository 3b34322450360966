import { assignedName } from "../c-text.ts";
import type { Case } from "../case.ts";
import type { Finding, Mark } from "../finding.ts";
import type { Step } from "../log.ts";
import { packetFields } from "../packet-fields.ts";
import { inWords, signedBounds } from "../registers.ts";
import { movesThePacket, releaseOf, releases } from "../releases.ts";
import { type Rule, rule } from "../rule.ts";

/** Accesses through a value that is not, or is no longer, a pointer. */
export const dereferenceRules: readonly Rule[] = [
  rule("not-a-pointer", /^(R\d+) invalid mem access '(?:scalar|inv|unknown)'$/, ([register = ""], c) =>
    noPointer(c, register),
  ),
  rule("wrong-dereference", /^(R\d+) invalid mem access 'pkt_end'$/, ([register = ""], c) => ({
    title: `${c.name(register)} is the end of the packet, where nothing can be read`,
    help: "Start from the beginning of the packet: compare data + offset + size with data_end, then read at data + offset",
  })),
  rule(
    "socket-access",
    /^(R\d+) invalid (sock|sock_common|tcp_sock|xdp_sock) access off=(-?\d+) size=(\d+)$/,
    ([register = "", socket = "", off = "", size = ""], c) =>
      socket === "sock_common"
        ? {
            title: `${c.name(register)} may be any socket, and what is at offset ${off} is in full sockets only`,
            label: "a member of full sockets",
            help: "Make a full socket of it first, and check that for NULL: bpf_sk_fullsock() or, for TCP, bpf_tcp_sock()",
          }
        : {
            title: `the bytes at offset ${off} of ${c.name(register)} (${size}) are no member of struct ${socket === "tcp_sock" ? "bpf_tcp_sock" : "bpf_sock"} that this program may read`,
            help:
              c.origin(register).step?.operation.kind === "helper" && c.map(register) !== undefined
                ? "A lookup in a sockmap or sockhash gives the socket, not the value that user space stored: read members of struct bpf_sock by name, and give the socket back with bpf_sk_release()"
                : "Read members by name, each with its whole size",
          },
  ),
  rule("wrong-dereference", /^(R\d+) invalid mem access '(\w+)'$/, ([register = "", type = ""], c) => ({
    title: `${c.name(register)} is ${inWords(type)}, and a program cannot read or write through it`,
    help: usePointer,
  })),
];

const tracing =
  /^(kprobe|tracepoint|perf-event|raw-tracepoint|raw-tracepoint-writable|tracing|lsm|struct-ops)$/;

function noPointer(c: Case, register: string): Finding {
  const name = c.name(register);
  const { step, changes } = c.origin(register);
  const before = c.value(register);
  const bounds = before === undefined ? undefined : signedBounds(before);
  const isNull = bounds?.min === 0n && bounds.max === 0n;
  if (isNull && step?.operation.kind === "helper" && /^bpf_iter_\w+_next$/.test(step.operation.name))
    return {
      id: "null-here",
      title: `${name} is NULL at the end: ${step.operation.name}() returns NULL when there is no next element`,
      label: "may be NULL",
      marks: [{ step, label: "may be NULL from here on" }],
      help: `Check ${name} for NULL before it is used: while ((${name} = ${step.operation.name}(…)))`,
    };
  // Before Linux 5.18, states are printed only at branches: the NULL may be that of the other branch.
  const old =
    isNull && c.sentences.some((text) => / mem access 'inv'/.test(text)) ? givenBack(c, register) : undefined;
  if (old !== undefined) return old;
  // Before Linux 5.18, the NULL is not printed.
  const isZero = step?.operation.kind === "constant" && Number(step.operation.value) === 0;
  const extern = isZero ? c.externAt(step) : undefined;
  if (extern !== undefined)
    return {
      id: "null-here",
      title: `this kernel has no variable ${extern}: its address is NULL`,
      label: "used although it is NULL",
      help: `Use it only where if (&${extern}) or bpf_ksym_exists(${extern}) is true; the declaration is __weak, so that loading goes on without it`,
    };
  if (isNull)
    return {
      id: "null-here",
      title: `${name} is NULL on this path`,
      label: "used although it is NULL",
      marks: [nullCheck(c, register)],
      help: "Use it only on the path where it is not NULL",
    };
  const check = nullOnPath(c, register);
  if (check !== undefined)
    return {
      id: "null-here",
      title: `${assignedTo(check.made) ?? name} is NULL on this path`,
      label: "used although it is NULL",
      marks: [
        { step: check.made, label: "comes from here" },
        { step: check.branch, label: "found to be NULL here" },
      ],
      help: "Use it only on the path where it is not NULL",
    };
  const lost = givenBack(c, register);
  if (lost !== undefined) return lost;
  const overwritten = spillOverwritten(c, register);
  if (overwritten !== undefined)
    return {
      title: `${name} is a number here: the pointer that was saved on the stack was overwritten in part`,
      label: "read or written as if it were a pointer",
      marks: [{ step: overwritten, label: "overwritten here" }],
      help: "Keep other writes away from the saved pointer: check the index of the array that is written, and its size",
    };
  const pointer = pointerBefore(c, before, step);
  if (step === undefined && c.log.validating !== undefined)
    return {
      title: `${name} is taken for a number in ${c.function}()`,
      notes: ["A global function is verified by itself, and only by the types of its parameters"],
      help: "Give the parameter a type of known size (a pointer to a struct that BTF describes, not void *), or make the function static",
    };
  const operation = step?.operation;
  const mark = step && { step, label: "comes from here" };
  const narrowed = changes.find(({ operation: change }) => change.kind === "arithmetic" && change.narrow);
  if (narrowed !== undefined && pointer !== undefined)
    return {
      title: `${name} lost its pointer: arithmetic of 32 bits made a number of it`,
      label: "a number by now",
      marks: [{ step: narrowed, label: "cut to 32 bits here" }, mark],
      help: "Keep pointers 64 bits wide, and do arithmetic of 32 bits on offsets only",
    };
  if (operation?.kind === "helper" && pointer === undefined)
    return {
      title: `${name} is a number, and not a pointer: it comes from ${operation.name}()`,
      label: "read or written as if it were a pointer",
      marks: [mark],
      help: givesAddress.test(operation.name) ? kernelRead(operation.name) : usePointer,
    };
  if (operation?.kind === "load" && operation.base !== "r10" && tracing.test(c.facts.program.type))
    return {
      title: `${name} is a number and not a pointer for the verifier: it was read from memory`,
      label: "read or written as if it were a pointer",
      marks: [mark],
      help: readFor(c),
    };
  return {
    title: `${name} is a number here, and not a pointer`,
    label: "read or written as if it were a pointer",
    marks: [mark],
    notes: before === undefined || inWords(before) === "any number" ? [] : [`It is ${inWords(before)}`],
    help: usePointer,
  };
}

/** How an address that a program for tracing was given is read. */
function readFor({ facts }: Case): string {
  const { section, type } = facts.program;
  const kernel = "bpf_probe_read_kernel() or BPF_CORE_READ()";
  if (/^(uprobe|uretprobe|usdt|tp\/syscalls|tracepoint\/syscalls)/.test(section))
    return `Read through it with bpf_probe_read_user() (a string: bpf_probe_read_user_str()) where it is an address of user space, or with ${kernel} where it is one of the kernel`;
  const read = `Read through it with ${kernel}, or with bpf_probe_read_user() where it is an address of user space`;
  return /^raw-tracepoint/.test(type)
    ? `${read}. The arguments of SEC("${section.replace(/^\w+(\.w)?/, "tp_btf")}") are pointers that can be read directly`
    : read;
}

const givesAddress = /^bpf_(get_current_task|kallsyms_lookup_name|get_func_ip)$/;
const usePointer =
  "Read and write through pointers that the verifier knows (from a map, the stack, the context, the checked packet), and use numbers as their offsets";

function kernelRead(helper: string): string {
  const read = "Read through it with bpf_probe_read_kernel() or BPF_CORE_READ()";
  return helper === "bpf_get_current_task" ? `${read}, or take bpf_get_current_task_btf() instead` : read;
}

/** The call that invalidated a pointer in a register. From there on, the verifier treats the register as a number. */
export function givenBack(c: Case, register: string): Finding | undefined {
  const { step } = c.origin(register);
  const pointer = pointerBefore(c, c.value(register), step);
  if (c.at === undefined || pointer === undefined) return undefined;
  return invalidation(c, c.at, pointer, step)?.(c.name(register));
}

/** The description of the pointer from which the value was created. */
function pointerBefore(c: Case, before: string | undefined, made: Step | undefined): string | undefined {
  const { operation } = made ?? {};
  const printed = operation?.kind === "helper" ? made?.registers.get("R0") : undefined;
  const pointer = [before, printed].find((value) => value !== undefined && signedBounds(value) === undefined);
  if (pointer !== undefined || made === undefined) return pointer;
  // Before Linux 5.18, states are printed only at branches. The instruction that made the value decides.
  if (operation?.kind === "helper") return releaseOf(operation.name) === undefined ? undefined : "mem";
  if (operation?.kind !== "load" || c.path.origin(operation.base, made).step !== undefined) return undefined;
  const { start, meta } = packetFields(c.facts.program.type);
  return operation.offset === start || operation.offset === meta ? "pkt" : undefined;
}

// The verifier prints the result of a call, but not the registers that it invalidates.
function invalidation(
  c: Case,
  at: Step,
  before: string,
  made: Step | undefined,
): ((name: string) => Finding) | undefined {
  for (const step of c.path.back(at)) {
    if (step === made) return undefined;
    const { operation } = step;
    if (operation.kind !== "helper" && operation.kind !== "call") continue;
    const called = c.calledAt(step);
    const callee =
      operation.kind === "helper"
        ? `${operation.name}()`
        : called === undefined
          ? "the function that is called"
          : `${called}()`;
    if (operation.kind === "call" || movesThePacket(operation.name)) {
      if (!/^pkt/.test(before) && !fromPacket(made)) continue;
      return (name) => ({
        id: "packet-stale",
        title: `${name} no longer points into the packet: ${callee} may have moved it`,
        label: "used after the packet may have moved",
        marks: [{ step, label: "pointers into the packet are void from here on" }, packetCheck(c, step)],
        help: `Read data and data_end from the context again after ${callee}, and compare again`,
      });
    }
    if (/unlock$/.test(operation.name))
      return (name) => ({
        id: "used-after-release",
        title: `${name} is used after ${callee}, and is valid under the lock only`,
        label: "no longer valid",
        marks: [made && { step: made, label: "comes from here" }, { step, label: "unlocked here" }],
        help: `Use it before ${callee}, or acquire a reference of its own first`,
      });
    if (!releases(operation.name)) continue;
    return (name) => ({
      id: "used-after-release",
      title: `${name} is used after ${callee} released it`,
      label: "no longer valid",
      marks: [{ step, label: "released here" }, made && { step: made, label: "acquired here" }],
      help: `Use it before ${callee}, or copy what is still needed first`,
    });
  }
  return undefined;
}

/** The branch on the path that found a pointer to be NULL, before an offset was added to it. */
function nullOnPath(c: Case, register: string): { made: Step; branch: Step } | undefined {
  const { step, changes } = c.origin(register);
  if (c.at === undefined || step === undefined) return undefined;
  // clang computes the sum and stores the result.
  const { operation } = step;
  const isOffset = operation.kind === "constant" && BigInt.asUintN(64, BigInt(operation.value)) < 4096n;
  if (!isOffset && (operation.kind !== "helper" || changes.length === 0)) return undefined;
  for (const branch of c.path.back(c.at)) {
    if (!isOffset && branch.position <= step.position) return undefined;
    const [, compared = "", relation] =
      (branch.operation.kind === "branch" && /^(r\d+) (==|!=) 0x0$/.exec(branch.operation.condition)) || [];
    const made = relation && c.path.origin(compared, branch).step;
    if (!made || (isOffset ? made.operation.kind !== "helper" : made !== step)) continue;
    return (relation === "==") === c.path.taken(branch) ? { made, branch } : undefined;
  }
  return undefined;
}

function assignedTo(step: Step): string | undefined {
  return step.line && assignedName(step.line.text);
}

/** A smaller store into the stack slot from which a value was reloaded. */
function spillOverwritten(c: Case, register: string): Step | undefined {
  const step = c.origin(register).changes.find(({ operation }) => operation.kind === "load");
  const fill = step?.operation;
  if (step === undefined || fill?.kind !== "load") return undefined;
  const spill = c.path.spill(fill.offset, step);
  return c.path.steps.find(
    ({ operation, position, frame }) =>
      operation.kind === "store" &&
      operation.base === "r10" &&
      operation.offset > fill.offset &&
      operation.offset < fill.offset + 8 &&
      frame === step.frame &&
      position < step.position &&
      position > (spill?.position ?? Number.POSITIVE_INFINITY),
  );
}

/** Whether the value is a pointer into the packet. A slice of a dynptr is one as well. */
function fromPacket(made: Step | undefined): boolean {
  return (
    made?.operation.kind === "helper" && /^bpf_dynptr_(slice|slice_rdwr|data)$/.test(made.operation.name)
  );
}

/** The comparison with the packet's end before a step. */
function packetCheck(c: Case, before: Step): Mark | undefined {
  for (const step of c.path.back(before))
    if (
      step.operation.kind === "branch" &&
      [...step.registers.values()].some((value) => /^pkt_end/.test(value))
    )
      return { step, label: "was checked here" };
  return undefined;
}

function nullCheck(c: Case, register: string): Mark | undefined {
  if (c.at === undefined) return undefined;
  for (const step of c.path.back(c.at)) {
    const { operation } = step;
    const value = step.registers.get(register.toUpperCase());
    if (operation.kind === "branch" && value !== undefined && /^(0|P0|inv0|scalar\(0\))$/.test(value))
      return { step, label: "found to be NULL here" };
  }
  return undefined;
}
