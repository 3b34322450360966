import { assignedAt, assignedName } from "../c-text.ts";
import type { Case } from "../case.ts";
import type { Finding, Mark } from "../finding.ts";
import type { Step } from "../log.ts";
import { packetFields } from "../packet-fields.ts";
import { fieldsOf } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";
import { bytes } from "./bytes.ts";
import { contextOffset, lengthComparison, type VainComparison, vainComparison } from "./packet-comparison.ts";

// MAX_PACKET_OFF of the verifier: pointers into a packet whose offset may be larger are never checked.
const furthest = 0xffffn;

/** Reads and writes of packets. */
export const packetRules: readonly Rule[] = [
  rule(
    "packet-bounds",
    /^invalid access to packet, off=(-?\d+) size=(\d+), (R\d+)\(id=(\d+),off=(-?\d+),r=(\d+)\)/,
    ([off = "0", size = "0", register = "", id, , range = "0"], c) =>
      outsidePacket(c, register, id === "0", Number(off), Number(size), Number(range)),
  ),
  rule("packet-write", /^the prog does not allow writes to packet data$/, (_, c) => ({
    title: `programs of type "${c.facts.program.type}" may not write into the packet`,
    help: "Take bpf_dynptr_slice() instead of bpf_dynptr_slice_rdwr() where it is only read",
  })),
  rule("packet-write", /^cannot write into packet$/, (_, c) => ({
    title: `programs of type "${c.facts.program.type}" may not write into the packet`,
    label: "written here",
    help:
      c.facts.helperRefusal?.("bpf_skb_store_bytes") === undefined
        ? "Write with bpf_skb_store_bytes()"
        : "Change packets in a program of another type, such as tc or XDP: this type only reads them",
  })),
  rule("packet-helper", /^helper access to the packet is not allowed$/, (_, c) => ({
    title: `${c.callee ?? "the helper"}() takes no pointer into the packet`,
    help: "Copy what it needs to the stack first",
  })),
  rule(
    "packet-moved-by-function",
    /^(R\d+) is a packet pointer, but func#\d+ may change packet data$/,
    ([register = ""], c) => ({
      title: `${c.name(register)} points into the packet, which the function it goes to may move`,
      help: "Pass the context, and read data and data_end in the function",
    }),
  ),
  rule(
    "packet-bounds",
    /^(R\d+) (?:offset|max value|min value) is outside of the (?:packet|allowed memory range)$/,
    ([register = ""], c) => ({
      title: `the access through ${c.name(register)} is outside of what was compared with data_end`,
      label: "outside of what was compared",
      help: "Compare the end of what is accessed with data_end, and access only what lies before it: mind < and <=",
    }),
    "consequence",
  ),
];

function outsidePacket(
  c: Case,
  register: string,
  isFixed: boolean,
  off: number,
  size: number,
  range: number,
): Finding {
  const { startName, endName, what } = packetFields(c.facts.program.type);
  const value = c.value(register) ?? "";
  const reads = c.at?.operation.kind === "store" ? "written" : "read";
  const isMeta = /^pkt_meta/.test(value) || readsMeta(c, register);
  const fields = fieldsOf(value);
  const most = fields.get("umax") ?? fields.get("umax_value") ?? fields.get("smax");
  const isCall = c.at?.operation.kind === "call";
  // The offset counts from the start of the packet, or from before the offset that was added last.
  const base = isFixed && !isCall ? startOf(c, register) : c.variable(register);
  const name = base ?? (isMeta ? "data_meta" : isFixed ? startName : "the pointer");
  const shift = isFixed && !isCall ? 0 : off - displacement(c);
  if (range === 0 && most !== undefined && most > furthest) return tooWide(c, register, name, most);
  if (off < 0)
    return {
      title: `${bytes(size)} before ${name} ${size === 1 ? "is" : "are"} ${reads} (offset ${off}): a comparison with ${endName} covers only what follows`,
      label: `${-off} before ${name}`,
      help: isFixed
        ? `Use offsets that are not negative: ${what} begins at ${startName}`
        : "Subtract before the comparison: compare the pointer from which the bytes are read",
    };
  const end = off + size - shift;
  if (BigInt(off + size) > furthest)
    return {
      title: `${end} bytes of ${what} are ${reads} at ${name}: the verifier follows offsets up to ${furthest} only`,
      label: "farther than a comparison with data_end counts",
      help: "Give a loop over the packet a constant bound as well (for (i = 0; i < 256 && …; i++)), or copy parts with bpf_skb_load_bytes() or bpf_xdp_load_bytes()",
    };
  const limit = isMeta ? "data" : endName;
  if (range > 0) {
    const checked = Math.max(range - shift, 0);
    const check = packetCheck(c, register);
    return {
      title: isCall
        ? `${functionCalled(c)} takes ${size} bytes through its pointer, and ${checked} bytes of ${what} are checked`
        : `${bytes(end)} of ${what} ${end === 1 ? "is" : "are"} ${reads} at ${name}, and ${bytes(checked)} ${checked === 1 ? "is" : "are"} checked`,
      label: isCall ? `passes a pointer to ${size} bytes` : `needs ${bytes(end)} from ${name}`,
      marks: [check && { step: check.step, label: `checks ${bytes(checked)}` }],
      help: isCall
        ? `Compare ${name} + ${size} with ${limit} before the call: all ${size} bytes that the argument's type has`
        : `Compare ${name} + ${end} with ${limit} first: the whole size that is ${reads}`,
    };
  }
  const unchecked = `${bytes(size)} of ${what} ${size === 1 ? "is" : "are"} ${isCall ? "passed" : reads} at ${name}`;
  const needed = `${nameInCode(name)} + ${Math.max(end, size)}`;
  const vain = vainComparison(c, register, isMeta);
  const isSum = c
    .origin(register)
    .changes.some(({ operation }) => operation.kind === "arithmetic" && /^r\d+$/.test(operation.operand));
  if (vain !== undefined)
    return comparedInVain(vain, { unchecked, name, needed: isSum ? `pointer + ${size}` : needed, limit });
  const length = lengthComparison(c);
  return {
    title: `${unchecked}, and ${isFixed ? `nothing there was compared with ${limit}` : `this pointer was not compared with ${limit}`}${isMeta ? ", where the metadata ends" : ""}`,
    label: isCall ? "not checked" : `needs ${bytes(Math.max(end, size))}`,
    marks: [
      origin(c, register),
      length && { step: length, label: "compares a length, which checks no bytes" },
    ],
    notes: [
      length && `the verifier counts only comparisons of pointers with ${limit}, not of lengths`,
      isFixed
        ? undefined
        : "a comparison counts for the pointer that is compared, and for sums of it and a constant",
    ],
    help: `Compare ${isFixed ? "" : "the pointer itself "}first${isFixed ? "" : ", after the offset is added"}: if ((void *)${needed} > ${isMeta ? "(void *)(long)ctx->data" : limit}) return …`,
  };
}

interface Unchecked {
  unchecked: string;
  name: string;
  needed: string;
  limit: string;
}

function comparedInVain(
  { step, kind, call }: VainComparison,
  { unchecked, name, needed, limit }: Unchecked,
): Finding {
  if (kind === "stale") {
    const callee = call?.operation.kind === "helper" ? `${call.operation.name}()` : "a call";
    return {
      title: `${unchecked}, and ${limit}, with which it was compared, was read before ${callee}, which may move the packet`,
      label: "not checked",
      marks: [
        call && { step: call, label: `${limit} is void from here on` },
        { step, label: `compared here with the old ${limit}` },
      ],
      help: `Read ${limit} from the context again after ${callee}, as well as the pointer, and compare those`,
    };
  }
  if (kind === "equal")
    return {
      title: `${unchecked}, and a comparison with ${limit} by == or != checks no bytes`,
      label: "not checked",
      marks: [{ step, label: `compared here, but not by < or >` }],
      help: `Compare with >: if ((void *)${needed} > ${limit}) return …`,
    };
  if (kind === "exact")
    return {
      title: `${unchecked}, and the comparison with ${limit} checks only the bytes before it`,
      label: "the first byte that is not checked",
      marks: [{ step, label: "compared here without the size of what is read" }],
      help: `Add the size of what is read before the comparison: if ((void *)${needed} > ${limit}) return …`,
    };
  return {
    title: `${unchecked}, on the way that the comparison with ${limit} takes for a shorter packet`,
    label: "not checked on this path",
    marks: [{ step, label: "compared here, and the path for too few bytes leads on" }],
    help: `Turn the comparison round, so that the path returns where ${name} + ${needed.replace(/^.* \+ /, "")} > ${limit}`,
  };
}

/** The variable that was read from the context as the start of the packet. */
function startOf(c: Case, register: string): string | undefined {
  const { step } = c.origin(register);
  const place = step && c.lines.place(step.index, step.line);
  if (step?.line === undefined || contextOffset(c, step) === undefined) return undefined;
  return (
    assignedName(step.line.text) ??
    (place === undefined || place.column === 0
      ? undefined
      : assignedAt(step.line.text, place.column - 1 - place.indent))
  );
}

/** The offset in the instruction of an access. */
function displacement(c: Case): number {
  const operation = c.at?.operation;
  return operation?.kind === "load" || operation?.kind === "store" || operation?.kind === "atomic"
    ? operation.offset
    : 0;
}

function tooWide(c: Case, register: string, name: string, most: bigint): Finding {
  const added = c.origin(register).changes.find(({ operation }) => operation.kind === "arithmetic");
  const operand = added?.operation.kind === "arithmetic" ? added.operation.operand : undefined;
  const offset =
    operand !== undefined && added !== undefined ? c.path.origin(operand, added).step : undefined;
  return {
    title: `${name} may be ${most} bytes into the packet: the verifier follows offsets up to 65535 only`,
    label: "the comparison with data_end says nothing for so wide an offset",
    marks: [
      added && { step: added, label: `an offset of up to ${most} is added here` },
      offset && offset !== added ? { step: offset, label: "the offset comes from here" } : undefined,
    ],
    help: "Limit the offset before it is added: mask it (off &= 0xfff), or return when it is above an upper bound",
  };
}

function origin(c: Case, register: string): Mark | undefined {
  const { step, changes } = c.origin(register);
  const made = changes.find(({ operation }) => operation.kind === "arithmetic") ?? step;
  return made && { step: made, label: "points there from here on" };
}

/** The last comparison that checked bytes for a register, or for a register from which it was computed. */
function packetCheck(c: Case, register: string): Mark | undefined {
  const wanted = fieldsOf(c.value(register) ?? "").get("id") ?? 0n;
  const found = c.at && lastCheck(c.path.back(c.at), wanted);
  return found && { step: found, label: "checked here" };
}

function lastCheck(steps: Iterable<Step>, id: bigint): Step | undefined {
  for (const step of steps) {
    if (step.operation.kind !== "branch") continue;
    const values = [...step.registers.values()];
    const compared = values.some((value) => /^pkt_end/.test(value));
    const same = values.some((value) => /^pkt\(/.test(value) && (fieldsOf(value).get("id") ?? 0n) === id);
    if (compared && same) return step;
  }
  return undefined;
}

function functionCalled(c: Case): string {
  const name = c.calledAt(c.at);
  return name === undefined ? "the function" : `${name}()`;
}

function nameInCode(name: string): string {
  return name.replace(/^the /, "");
}

/** Whether a pointer was read from data_meta of the context. */
function readsMeta(c: Case, register: string): boolean {
  const { meta } = packetFields(c.facts.program.type);
  return meta !== undefined && contextOffset(c, c.origin(register).step) === meta;
}
