import type { Capability } from "../kernel/privilege.ts";
import { kernelAtLeast } from "../kernel/version.ts";
import type { MapType, ProgramType } from "../spec/index.ts";

// is_perfmon_prog_type and is_net_admin_prog_type of the kernel's kernel/bpf/syscall.c.
const tracing = new Set<ProgramType>([
  "kprobe",
  "tracepoint",
  "perf-event",
  "raw-tracepoint",
  "raw-tracepoint-writable",
  "tracing",
  "lsm",
  "struct-ops",
  "ext",
]);
const network = new Set<ProgramType>([
  "sched-cls",
  "sched-act",
  "xdp",
  "lwt-in",
  "lwt-out",
  "lwt-xmit",
  "lwt-seg6local",
  "sk-skb",
  "sk-msg",
  "lirc-mode2",
  "flow-dissector",
  "cgroup-device",
  "cgroup-sock",
  "cgroup-sock-addr",
  "cgroup-sockopt",
  "cgroup-sysctl",
  "sock-ops",
  "ext",
  "netfilter",
]);
const networkMaps = new Set<MapType>(["sockmap", "sockhash", "devmap", "devmap-hash", "xskmap"]);

/**
 * The capabilities that the kernel requires for loading programs and creating maps of some types: CAP_BPF always,
 * others depending on the types.
 *
 * @since Linux 5.8
 */
export function capabilitiesFor({
  programs = [],
  maps = [],
}: {
  programs?: readonly ProgramType[];
  maps?: readonly MapType[];
}): Capability[] {
  const needed: Capability[] = ["bpf"];
  if (programs.some((type) => tracing.has(type))) needed.push("perfmon");
  const hasNetworkMaps = maps.some((type) => networkMaps.has(type));
  // Since Linux 6.9, bpf_token_capable checks these capabilities and accepts CAP_SYS_ADMIN instead. Older kernels do
  // not.
  if (hasNetworkMaps && !kernelAtLeast("6.9")) needed.push("netlink");
  else if (hasNetworkMaps || programs.some((type) => network.has(type))) needed.push("net_admin");
  return needed;
}
