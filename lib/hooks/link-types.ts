/** BPF_LINK_TYPE_* of the kernel's uapi/linux/bpf.h, by number. */
export const linkTypes = [
  "unspec",
  "raw-tracepoint",
  "tracing",
  "cgroup",
  "iter",
  "netns",
  "xdp",
  "perf-event",
  "kprobe-multi",
  "struct-ops",
  "netfilter",
  "tcx",
  "uprobe-multi",
  "netkit",
  "sockmap",
] as const;

/** A kind of bpf_link, by the kernel's name. */
export type LinkType = (typeof linkTypes)[number];
