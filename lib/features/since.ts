import type { AttachType, MapType, ProgramType } from "../spec/index.ts";

// The Linux that brought each type of program; those of 4.9 and before are not listed, nor what is in no table.
const programTypes: Partial<Record<ProgramType, string>> = {
  "cgroup-skb": "4.10",
  "cgroup-sock": "4.10",
  "lwt-in": "4.10",
  "lwt-out": "4.10",
  "lwt-xmit": "4.10",
  "sock-ops": "4.13",
  "sk-skb": "4.14",
  "cgroup-device": "4.15",
  "sk-msg": "4.17",
  "raw-tracepoint": "4.17",
  "cgroup-sock-addr": "4.17",
  "lwt-seg6local": "4.18",
  "lirc-mode2": "4.18",
  "sk-reuseport": "4.19",
  "flow-dissector": "4.20",
  "cgroup-sysctl": "5.2",
  "raw-tracepoint-writable": "5.2",
  "cgroup-sockopt": "5.3",
  tracing: "5.5",
  "struct-ops": "5.6",
  ext: "5.6",
  lsm: "5.7",
  "sk-lookup": "5.9",
  syscall: "5.14",
  netfilter: "6.4",
};

const mapTypes: Partial<Record<MapType, string>> = {
  "lru-hash": "4.10",
  "lru-percpu-hash": "4.10",
  "lpm-trie": "4.11",
  "array-of-maps": "4.12",
  "hash-of-maps": "4.12",
  devmap: "4.14",
  sockmap: "4.14",
  cpumap: "4.15",
  xskmap: "4.18",
  sockhash: "4.18",
  "cgroup-storage": "4.19",
  "reuseport-sockarray": "4.19",
  "percpu-cgroup-storage": "4.20",
  queue: "4.20",
  stack: "4.20",
  "sk-storage": "5.2",
  "devmap-hash": "5.4",
  "struct-ops": "5.6",
  ringbuf: "5.8",
  "inode-storage": "5.10",
  "task-storage": "5.11",
  "bloom-filter": "5.16",
  "user-ringbuf": "6.1",
  "cgrp-storage": "6.2",
  arena: "6.9",
  "insn-array": "6.19",
};

const attachTypes: Partial<Record<AttachType, string>> = {
  "trace-iter": "5.8",
  "cgroup-inet4-getpeername": "5.8",
  "cgroup-inet6-getpeername": "5.8",
  "cgroup-inet4-getsockname": "5.8",
  "cgroup-inet6-getsockname": "5.8",
  "xdp-devmap": "5.8",
  "cgroup-inet-sock-release": "5.9",
  "xdp-cpumap": "5.9",
  "sk-skb-verdict": "5.13",
  "sk-reuseport-select-or-migrate": "5.14",
  "trace-kprobe-multi": "5.18",
  "lsm-cgroup": "6.0",
  "tcx-ingress": "6.6",
  "tcx-egress": "6.6",
  "trace-uprobe-multi": "6.6",
  "cgroup-unix-connect": "6.7",
  "cgroup-unix-sendmsg": "6.7",
  "cgroup-unix-recvmsg": "6.7",
  "cgroup-unix-getpeername": "6.7",
  "cgroup-unix-getsockname": "6.7",
  "netkit-primary": "6.7",
  "netkit-peer": "6.7",
  "trace-kprobe-session": "6.10",
  "trace-uprobe-session": "6.13",
  "trace-fsession": "7.0",
};

const iterators: Record<string, string> = {
  bpf_map: "5.8",
  ipv6_route: "5.8",
  netlink: "5.8",
  task: "5.8",
  task_file: "5.8",
  bpf_map_elem: "5.9",
  bpf_prog: "5.9",
  bpf_sk_storage_map: "5.9",
  tcp: "5.9",
  udp: "5.9",
  sockmap: "5.10",
  task_vma: "5.12",
  unix: "5.15",
  bpf_link: "5.19",
  ksym: "6.0",
  cgroup: "6.1",
};

/** The Linux that brought what an iterator goes over; undefined when it is not known here. */
export function iteratorSince(target: string): string | undefined {
  return iterators[target];
}

/** The Linux that brought a kind of attachment; undefined when it is as old as its type of program. */
export function attachTypeSince(type: AttachType): string | undefined {
  return attachTypes[type];
}

/** The Linux that brought a type of program; undefined when it is older than 4.10 or not known here. */
export function programTypeSince(type: ProgramType): string | undefined {
  return programTypes[type];
}

/** The Linux that brought a type of map; undefined when it is older than 4.10 or not known here. */
export function mapTypeSince(type: MapType): string | undefined {
  return mapTypes[type];
}
