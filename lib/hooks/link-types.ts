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

/** A type of bpf_link, by its kernel name. */
export type LinkType = (typeof linkTypes)[number];
