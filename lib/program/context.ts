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
  /** Offset of the metadata before the packet, in bytes. */
  data_meta: number;
  /** Index of the interface that received the packet. */
  ingress_ifindex: number;
  /** Receive queue of the packet. */
  rx_queue_index: number;
  /**
   * Index of the interface that sends the packet, for programs of a devmap.
   *
   * @since Linux 5.8
   */
  egress_ifindex: number;
}

/** `struct __sk_buff`. `testRun` accepts only some fields; the kernel requires the others to be 0. */
export interface SkBuffContext {
  /** Length of the packet in bytes. */
  len: number;
  /** PACKET_* of linux/if_packet.h: 0 for a packet to this host. */
  pkt_type: number;
  /** Mark of the packet. */
  mark: number;
  /** Transmit queue of the packet, from 1; 0 for none. */
  queue_mapping: number;
  /** EtherType, in network byte order. */
  protocol: number;
  /** 1 when the packet has a VLAN tag outside its data. */
  vlan_present: number;
  /** VLAN tag. */
  vlan_tci: number;
  /** EtherType of the VLAN tag, in network byte order. */
  vlan_proto: number;
  /** Priority of the packet. */
  priority: number;
  /** Index of the interface that received the packet. */
  ingress_ifindex: number;
  /** Index of the current interface. */
  ifindex: number;
  /** Index for traffic control. */
  tc_index: number;
  /** Five words of control data that programs share along the way of a packet. */
  cb: number[];
  /** Hash of the flow; 0 when it is not computed yet. */
  hash: number;
  /** Class for traffic control. */
  tc_classid: number;
  /** Address of the packet; 0 outside the program. */
  data: number;
  /** Address of the end of the packet; 0 outside the program. */
  data_end: number;
  /** ID of the NAPI instance that received the packet. */
  napi_id: number;
  /** AF_* of the socket. */
  family: number;
  /** Remote IPv4 address of the socket, in network byte order. */
  remote_ip4: number;
  /** Local IPv4 address of the socket, in network byte order. */
  local_ip4: number;
  /** Remote IPv6 address of the socket as four words, in network byte order. */
  remote_ip6: number[];
  /** Local IPv6 address of the socket as four words, in network byte order. */
  local_ip6: number[];
  /** Remote port of the socket, in network byte order. */
  remote_port: number;
  /** Local port of the socket, in host byte order. */
  local_port: number;
  /** Address of the metadata before the packet; 0 outside the program. */
  data_meta: number;
  /** Address of `struct bpf_flow_keys`, for flow dissectors. */
  flow_keys: bigint;
  /** Timestamp of the packet, in nanoseconds. */
  tstamp: bigint;
  /** Length of the packet on the wire in bytes, with the headers of all its segments. */
  wire_len: number;
  /** Number of segments of the packet. */
  gso_segs: number;
  /** Address of the socket; 0n outside the program. */
  sk: bigint;
  /** Size of a segment in bytes; 0 when the packet is not segmented. */
  gso_size: number;
  /**
   * Clock of `tstamp`: BPF_SKB_CLOCK_*.
   *
   * @since Linux 5.18
   */
  tstamp_type: number;
  /**
   * Timestamp of the network device, in nanoseconds.
   *
   * @since Linux 5.16
   */
  hwtstamp: bigint;
}

/** `struct bpf_sk_lookup`. Addresses and the remote port are in network byte order. */
export interface SkLookupContext {
  /** After the run: cookie of the socket that the program selected; 0 for none. */
  cookie: bigint;
  /** AF_INET (2) or AF_INET6 (10). */
  family: number;
  /** IPPROTO_TCP (6) or IPPROTO_UDP (17). */
  protocol: number;
  /** Remote IPv4 address. */
  remote_ip4: number;
  /** Remote IPv6 address as four words. */
  remote_ip6: number[];
  /** Remote port. */
  remote_port: number;
  /** Local IPv4 address. */
  local_ip4: number;
  /** Local IPv6 address as four words. */
  local_ip6: number[];
  /** Local port, in host byte order. */
  local_port: number;
  /**
   * Index of the interface that received the packet; 0 for the sending side.
   *
   * @since Linux 5.17
   */
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
