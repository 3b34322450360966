import type { Codec } from "../codec/codec.ts";
import type { Layout, Member } from "../codec/layout.ts";
import { makeCodec } from "../codec/make.ts";
import { hostIsLittleEndian } from "../memory/byte-order.ts";
import type { ProgramType } from "../spec/index.ts";

/** `struct xdp_md`. */
export interface XdpContext {
  /** Offset of the packet: the size of the metadata before it, in bytes. */
  data: number;
  /** Size of metadata and packet in bytes. `testRun` sets it. */
  data_end: number;
  data_meta: number;
  ingress_ifindex: number;
  rx_queue_index: number;
  egress_ifindex: number;
}

/** `struct __sk_buff`. `testRun` accepts only some fields; the kernel requires the others to be 0. */
export interface SkBuffContext {
  len: number;
  pkt_type: number;
  mark: number;
  queue_mapping: number;
  protocol: number;
  vlan_present: number;
  vlan_tci: number;
  vlan_proto: number;
  priority: number;
  ingress_ifindex: number;
  ifindex: number;
  tc_index: number;
  cb: number[];
  hash: number;
  tc_classid: number;
  data: number;
  data_end: number;
  napi_id: number;
  family: number;
  remote_ip4: number;
  local_ip4: number;
  remote_ip6: number[];
  local_ip6: number[];
  remote_port: number;
  local_port: number;
  data_meta: number;
  flow_keys: bigint;
  tstamp: bigint;
  wire_len: number;
  gso_segs: number;
  sk: bigint;
  gso_size: number;
  tstamp_type: number;
  hwtstamp: bigint;
}

/** `struct bpf_sk_lookup`. Addresses and the remote port are in network byte order. */
export interface SkLookupContext {
  /** After the run: cookie of the socket that the program selected; 0 for none. */
  cookie: bigint;
  family: number;
  protocol: number;
  remote_ip4: number;
  remote_ip6: number[];
  remote_port: number;
  local_ip4: number;
  local_ip6: number[];
  local_port: number;
  ingress_ifindex: number;
}

/** Program types whose context is `struct __sk_buff`. */
export type SkBuffProgram =
  | "sched-cls"
  | "sched-act"
  | "socket-filter"
  | "cgroup-skb"
  | "lwt-in"
  | "lwt-out"
  | "lwt-xmit"
  | "lwt-seg6local"
  | "sk-skb";

interface Described {
  codec: Codec<unknown>;
  empty: Record<string, unknown>;
}

// These structs are stable kernel ABI. The BTF of a program may contain only the fields that it uses.
const described = new globalThis.Map<string, Described>();

function xdp(): Described {
  return once("struct xdp_md", 24, [
    ...words(0, "data", "data_end", "data_meta", "ingress_ifindex", "rx_queue_index", "egress_ifindex"),
  ]);
}

function skBuff(): Described {
  return once("struct __sk_buff", 192, [
    ...words(0, "len", "pkt_type", "mark", "queue_mapping", "protocol", "vlan_present", "vlan_tci"),
    ...words(28, "vlan_proto", "priority", "ingress_ifindex", "ifindex", "tc_index"),
    field("cb", 48, u32, 5),
    ...words(68, "hash", "tc_classid", "data", "data_end", "napi_id", "family", "remote_ip4", "local_ip4"),
    field("remote_ip6", 100, u32, 4),
    field("local_ip6", 116, u32, 4),
    ...words(132, "remote_port", "local_port", "data_meta"),
    field("flow_keys", 144, u64),
    field("tstamp", 152, u64),
    ...words(160, "wire_len", "gso_segs"),
    field("sk", 168, u64),
    ...words(176, "gso_size"),
    field("tstamp_type", 180, u8),
    field("hwtstamp", 184, u64),
  ]);
}

function skLookup(): Described {
  return once("struct bpf_sk_lookup", 72, [
    field("cookie", 0, u64),
    ...words(8, "family", "protocol", "remote_ip4"),
    field("remote_ip6", 20, u32, 4),
    field("remote_port", 36, u16),
    ...words(40, "local_ip4"),
    field("local_ip6", 44, u32, 4),
    ...words(60, "local_port", "ingress_ifindex"),
  ]);
}

/** Returns the context type of a program type; undefined unless it is one stable struct. */
export function contextOf(type: ProgramType): Described | undefined {
  switch (type) {
    case "xdp":
      return xdp();
    case "sched-cls":
    case "sched-act":
    case "socket-filter":
    case "cgroup-skb":
    case "lwt-in":
    case "lwt-out":
    case "lwt-xmit":
    case "lwt-seg6local":
    case "sk-skb":
      return skBuff();
    case "sk-lookup":
      return skLookup();
    default:
      return undefined;
  }
}

const u8: Layout = { kind: "int", size: 1, signed: false, name: "__u8" };
const u16: Layout = { kind: "int", size: 2, signed: false, name: "__u16" };
const u32: Layout = { kind: "int", size: 4, signed: false, name: "__u32" };
const u64: Layout = { kind: "int", size: 8, signed: false, name: "__u64" };

function words(offset: number, ...names: string[]): Member[] {
  return names.map((name, i) => field(name, offset + 4 * i, u32));
}

function field(name: string, offset: number, element: Layout, length?: number): Member {
  const layout: Layout =
    length === undefined
      ? element
      : {
          kind: "array",
          element,
          length,
          tail: false,
          size: element.size * length,
          name: `${element.name}[${length}]`,
        };
  return { kind: "field", name, offset, layout, kept: false };
}

function once(name: string, size: number, members: Member[]): Described {
  let found = described.get(name);
  if (found === undefined) {
    const tag = name.replace("struct ", "");
    const codec = makeCodec(
      { kind: "record", of: "struct", tag, name, size, members, tail: false },
      hostIsLittleEndian,
    );
    const empty = codec.read(new DataView(new ArrayBuffer(size)), 0) as Record<string, unknown>;
    found = { codec, empty };
    described.set(name, found);
  }
  return found;
}
