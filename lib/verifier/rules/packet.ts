import type { Case } from "../case.ts";
import type { Finding, Mark } from "../finding.ts";
import type { Step } from "../log.ts";
import { fieldsOf } from "../registers.ts";
import { type Rule, rule } from "../rule.ts";

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
  const value = c.value(register) ?? "";
  const reads = c.at?.operation.kind === "store" ? "written" : "read";
  const isMeta = /^pkt_meta/.test(value) || readsMeta(c, register);
  const name = c.variable(register) ?? (isMeta ? "data_meta" : isFixed ? "data" : "the pointer");
  const fields = fieldsOf(value);
  const most = fields.get("umax") ?? fields.get("umax_value") ?? fields.get("smax");
  const check = packetCheck(c, register);
  const isCall = c.at?.operation.kind === "call";
  if (range === 0 && most !== undefined && most > furthest) return tooWide(c, register, name, most);
  if (off < 0)
    return {
      title: `${bytes(size)} before ${name} ${size === 1 ? "is" : "are"} ${reads} (offset ${off}): a comparison with data_end covers only what follows`,
      label: `${-off} before ${name}`,
      help: isFixed
        ? "Use offsets that are not negative: the packet begins at data"
        : "Subtract before the comparison: compare the pointer from which the bytes are read",
    };
  const end = off + size;
  if (BigInt(end) > furthest)
    return {
      title: `${end} bytes of the packet are ${reads} at ${name}: the verifier follows offsets up to ${furthest} only`,
      label: "farther than a comparison with data_end counts",
      help: "Give a loop over the packet a constant bound as well (for (i = 0; i < 256 && …; i++)), or copy parts with bpf_skb_load_bytes() or bpf_xdp_load_bytes()",
    };
  if (range > 0) {
    return {
      title: isCall
        ? `${functionCalled(c)} takes ${size} bytes through its pointer, and ${range} bytes of the packet are checked`
        : `${end} bytes of the packet are ${reads} at ${name}, and ${bytes(range)} ${range === 1 ? "is" : "are"} checked`,
      label: isCall ? `passes a pointer to ${size} bytes` : `needs ${bytes(end)} from ${name}`,
      marks: [check && { step: check.step, label: `checks ${bytes(range)}` }],
      help: isCall
        ? `Compare ${name} + ${size} with data_end before the call: all ${size} bytes that the argument's type has`
        : `Compare ${name} + ${end} with ${isMeta ? "data" : "data_end"} first: the whole size that is ${reads}`,
    };
  }
  const turned = most === undefined || most === 0n ? turnedCheck(c, register) : undefined;
  if (turned !== undefined)
    return {
      title: `${bytes(size)} of the packet ${size === 1 ? "is" : "are"} ${reads} at ${name}, on the way that the comparison with data_end takes for a shorter packet`,
      label: "not checked on this path",
      marks: [{ step: turned, label: "compared here, and the path for too few bytes leads on" }],
      help: `Turn the comparison round, so that the path returns where ${name} + ${Math.max(end, size)} > data_end`,
    };
  const other = most !== undefined && most > 0n ? ", with the same offset added" : "";
  return {
    title: `${bytes(size)} of the packet ${size === 1 ? "is" : "are"} ${isCall ? "passed" : reads} at ${name}, and nothing there was compared with ${isMeta ? "data, where the metadata ends" : "data_end"}`,
    label: isCall ? "not checked" : `needs ${bytes(Math.max(end, size))}`,
    marks: [origin(c, register)],
    help: `Compare first${other}: if ((void *)${nameInCode(name)} + ${Math.max(end, size)} > ${isMeta ? "(void *)(long)ctx->data" : "data_end"}) return …`,
  };
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

/** A comparison of the same pointer with data_end that checked no bytes on this path. */
function turnedCheck(c: Case, register: string): Step | undefined {
  const wanted = c.origin(register).step;
  if (c.at === undefined || wanted === undefined) return undefined;
  for (const step of c.path.back(c.at)) {
    const [, one = "", relation = "", two = ""] =
      (step.operation.kind === "branch" && /^(r\d+) (\S+) (r\d+)$/.exec(step.operation.condition)) || [];
    if (!/^[<>]=?$/.test(relation) || c.path.taken(step) === undefined) continue;
    const isEnd = (each: string) =>
      /^pkt_end/.test(c.path.value(each.toUpperCase(), step) ?? "") || readsEnd(c, each, step);
    const pointer = isEnd(two) ? one : isEnd(one) ? two : undefined;
    if (pointer === undefined || c.path.origin(pointer, step).step !== wanted) continue;
    // Whether the pointer is known to be at or before the end.
    const before = (relation.startsWith("<") === isEnd(two)) === c.path.taken(step);
    return before ? undefined : step;
  }
  return undefined;
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
  const { type } = c.facts.program;
  return contextOffset(c, c.origin(register).step) === (type === "xdp" ? 8 : /^sched-/.test(type) ? 140 : -1);
}

/** The same of data_end: before Linux 5.18 few states are printed. */
function readsEnd(c: Case, register: string, before: Step): boolean {
  return contextOffset(c, c.path.origin(register, before).step) === (c.facts.program.type === "xdp" ? 4 : 80);
}

/** The offset in the context that a step reads from. */
function contextOffset(c: Case, step: Step | undefined): number | undefined {
  if (step?.operation.kind !== "load") return undefined;
  const { base, offset } = step.operation;
  return c.path.origin(base, step).argument?.register === "r1" ? offset : undefined;
}

function bytes(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}
